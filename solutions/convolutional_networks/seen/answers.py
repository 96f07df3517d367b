"""Lesson 5's mistakes as students type them, each as the text of a cell: never full marks, told by the right name or by none."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import Seen

COLLECTION = Seen(torch=torch, nn=nn, F=F, np=np, math=math)
mistake = COLLECTION.cell

SIZE = "def conv_output_size(size, kernel, stride, padding):\n    "

mistake(
    "conv_output_size",
    "off",
    "one_missing",
    SIZE + "return math.ceil((size+2*padding-kernel+1)/stride)-1",
)

mistake(
    "conv_output_size",
    "round_half",
    "rounded_to_the_nearest",
    SIZE + "return round((size+2*padding-kernel)/stride)+1",
)

mistake(
    "conv_output_size",
    "float",
    "float_for_int",
    SIZE + "return float((size+2*padding-kernel)//stride+1)",
)

mistake("conv_output_size", "divide_first", None, SIZE + "return (size+2*padding)//stride-kernel+1")

mistake(
    "conv_output_size",
    "kernel_1",
    "one_counted_twice",
    SIZE + "return (size+2*padding-(kernel-1))//stride+1",
)

mistake("conv_output_size", "precedence", None, SIZE + "return size+2*padding-kernel//stride+1")

mistake("conv_output_size", "size_stride", None, SIZE + "return size//stride")

mistake(
    "conv_output_size",
    "tensor",
    None,
    SIZE + "return torch.tensor((size+2*padding-kernel)//stride+1)",
)

mistake("conv_output_size", "prints", None, SIZE + "print((size+2*padding-kernel)//stride+1)")

FIELD = "def receptive_field(layers):\n    "

mistake("receptive_field", "sum_kernels", "kernels_added", FIELD + "return sum(k for k,_ in layers)")

mistake(
    "receptive_field",
    "forward_with_backward_formula",
    "step_of_the_other_direction",
    FIELD + "r=1\n    for k,s in layers:\n        r=r*s+(k-1)\n    return r",
)

mistake(
    "receptive_field",
    "only_own_stride_not_product",
    "own_stride_alone",
    FIELD + "r=1\n    for k,s in layers:\n        r+=(k-1)*s\n    return r",
)

mistake(
    "receptive_field",
    "swap_k_s",
    "kernel_and_stride_exchanged",
    FIELD + "r,j=1,1\n    for s,k in layers:\n        r+=(k-1)*j\n        j*=s\n    return r",
)

mistake(
    "receptive_field",
    "last_stride_only",
    "last_stride_alone",
    FIELD + "r,j=1,1\n    for k,s in layers:\n        r+=(k-1)*j; j=s\n    return r",
)

CONV = "def conv2d(x, weight, bias, stride, padding):\n"

mistake(
    "conv2d",
    "zeros_float32",
    "float32_on_the_way",
    CONV
    + """
    xp=F.pad(x,(padding,)*4)
    N,C,H,W=xp.shape; O,_,kh,kw=weight.shape
    Ho,Wo=(H-kh)//stride+1,(W-kw)//stride+1
    y=torch.zeros(N,O,Ho,Wo)
    for i in range(Ho):
        for j in range(Wo):
            y[:,:,i,j]=torch.einsum('ncuv,ocuv->no',xp[:,:,i*stride:i*stride+kh,j*stride:j*stride+kw],weight)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "bias_per_channel",
    "bias_per_input_channel",
    CONV
    + """
    xp=F.pad(x,(padding,)*4)
    N,C,H,W=xp.shape; O,_,kh,kw=weight.shape
    Ho,Wo=(H-kh)//stride+1,(W-kw)//stride+1
    y=x.new_zeros(N,O,Ho,Wo)
    for c in range(C):
        for i in range(Ho):
            for j in range(Wo):
                y[:,:,i,j]+=torch.einsum('nuv,ouv->no',xp[:,c,i*stride:i*stride+kh,j*stride:j*stride+kw],weight[:,c])
                if bias is not None: y[:,:,i,j]+=bias
    return y
""",
)

mistake(
    "conv2d",
    "item_cuts",
    None,
    CONV
    + """
    xp=F.pad(x,(padding,)*4)
    N,C,H,W=xp.shape; O,_,kh,kw=weight.shape
    Ho,Wo=(H-kh)//stride+1,(W-kw)//stride+1
    y=x.new_zeros(N,O,Ho,Wo)
    for n in range(N):
        for o in range(O):
            for i in range(Ho):
                for j in range(Wo):
                    y[n,o,i,j]=(xp[n,:,i*stride:i*stride+kh,j*stride:j*stride+kw]*weight[o]).sum().item()
                    if bias is not None: y[n,o,i,j]+=bias[o].item()
    return y
""",
)

mistake(
    "conv2d",
    "numpy",
    None,
    CONV
    + """
    y=np.zeros((1,))
    xp=np.pad(x.detach().numpy(),((0,0),(0,0),(padding,padding),(padding,padding)))
    kh,kw=weight.shape[2:]
    wv=np.lib.stride_tricks.sliding_window_view(xp,(kh,kw),axis=(2,3))[:,:,::stride,::stride]
    y=np.einsum('ncijuv,ocuv->noij',wv,weight.detach().numpy())
    if bias is not None: y=y+bias.detach().numpy()[:,None,None]
    return torch.tensor(y)
""",
)

mistake(
    "conv2d",
    "replicate_pad",
    None,
    CONV
    + """
    xp=F.pad(x,(padding,)*4,mode='replicate') if padding else x
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',xp.unfold(2,kh,stride).unfold(3,kw,stride),weight)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "bias_broadcast_on_w",
    "bias_along_the_width",
    CONV
    + """
    xp=F.pad(x,(padding,)*4)
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',xp.unfold(2,kh,stride).unfold(3,kw,stride),weight)
    return y if bias is None else y+bias
""",
)

mistake(
    "conv2d",
    "im2col_without_permute",
    "windows_not_permuted",
    CONV
    + """
    xp=F.pad(x,(padding,)*4)
    N,C,H,W=xp.shape; O,_,kh,kw=weight.shape
    cols=xp.unfold(2,kh,stride).unfold(3,kw,stride)
    Ho,Wo=cols.shape[2:4]
    cols=cols.reshape(N*Ho*Wo,C*kh*kw)
    y=(cols@weight.reshape(O,-1).T).reshape(N,Ho,Wo,O).permute(0,3,1,2)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "assumes_square_kernel",
    None,
    CONV
    + """
    N,C,H,W=x.shape; O,_,kh,kw=weight.shape
    xp=F.pad(x,(padding,)*4)
    k=kh
    Ho,Wo=(H+2*padding-k)//stride+1,(W+2*padding-k)//stride+1
    y=x.new_zeros(N,O,Ho,Wo)
    for i in range(Ho):
        for j in range(Wo):
            y[:,:,i,j]=torch.einsum('ncuv,ocuv->no',xp[:,:,i*stride:i*stride+k,j*stride:j*stride+k],weight)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "first_picture_only",
    None,
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)
    if bias is not None: y+=bias[:,None,None]
    return y[:1]
""",
)

mistake(
    "conv2d",
    "relu",
    "rectified",
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)
    if bias is not None: y=y+bias[:,None,None]
    return F.relu(y)
""",
)

mistake(
    "conv2d",
    "weight_axes_swapped_in_out",
    None,
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,coUV->noij'.replace('U','u').replace('V','v'),F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "mean_over_window",
    None,
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)/(kh*kw)
    return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "minus_bias",
    None,
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,1).unfold(3,kw,1),weight)[:,:,::stride,::stride]
    return y if bias is None else y-bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "no_grad",
    None,
    CONV
    + """
    x.requires_grad_(False)
    with torch.no_grad():
        kh,kw=weight.shape[2:]
        y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)
        return y if bias is None else y+bias[:,None,None]
""",
)

mistake(
    "conv2d",
    "always_double",
    None,
    CONV
    + """
    kh,kw=weight.shape[2:]
    y=torch.einsum('ncijuv,ocuv->noij',F.pad(x,(padding,)*4).unfold(2,kh,stride).unfold(3,kw,stride),weight)
    return (y if bias is None else y+bias[:,None,None]).double()
""",
)

BACKWARD = "def conv2d_backward(dy, x, weight, stride, padding):\n    N,C,H,W=x.shape; O,_,kh,kw=weight.shape; p,s=padding,stride\n    Ho,Wo=dy.shape[2:]\n"

LOOPS = """    xp=F.pad(x,(p,)*4); dxp=torch.zeros_like(xp); dw=torch.zeros_like(weight); db=dy.sum((0,2,3))
    for i in range(Ho):
        for j in range(Wo):
            dw+=torch.einsum('no,ncuv->ocuv',dy[:,:,i,j],xp[:,:,i*s:i*s+kh,j*s:j*s+kw])
            dxp[:,:,i*s:i*s+kh,j*s:j*s+kw]+=torch.einsum('no,ocuv->ncuv',dy[:,:,i,j],weight)
    dx=dxp[:,:,p:p+H,p:p+W]
"""

mistake(
    "conv2d_backward",
    "all_averaged_over_n",
    "all_averaged",
    BACKWARD + LOOPS + "    return dx/N,dw/N,db/N",
)

mistake("conv2d_backward", "dw_avg", "dweight_averaged", BACKWARD + LOOPS + "    return dx,dw/N,db")

mistake(
    "conv2d_backward",
    "dw_db_avg",
    "weight_and_bias_averaged",
    BACKWARD + LOOPS + "    return dx,dw/N,db/N",
)

mistake(
    "conv2d_backward",
    "db_avg_over_n_only",
    "bias_averaged_over_pictures",
    BACKWARD + LOOPS + "    return dx,dw,db/N",
)

mistake(
    "conv2d_backward",
    "for",
    "overlaps_overwritten",
    BACKWARD
    + LOOPS.replace("dxp[:,:,i*s:i*s+kh,j*s:j*s+kw]+=", "dxp[:,:,i*s:i*s+kh,j*s:j*s+kw]=")
    + "    return dx,dw,db",
)

mistake(
    "conv2d_backward",
    "dw_for",
    "dweight_overwritten",
    BACKWARD + LOOPS.replace("dw+=", "dw=") + "    return dx,dw,db",
)

mistake("conv2d_backward", "padded", "dx_still_padded", BACKWARD + LOOPS + "    return dxp,dw,db")

mistake(
    "conv2d_backward",
    "p_p_with_p_0_empties",
    "cut_from_the_end",
    BACKWARD + LOOPS.replace("dxp[:,:,p:p+H,p:p+W]", "dxp[:,:,p:-p,p:-p]") + "    return dx,dw,db",
)

mistake(
    "conv2d_backward",
    "db_scalar",
    "bias_summed_over_everything",
    BACKWARD + LOOPS + "    return dx,dw,dy.sum()",
)

mistake(
    "conv2d_backward",
    "db_mean_batch",
    "bias_averaged_over_pictures",
    BACKWARD + LOOPS + "    return dx,dw,dy.sum((2,3)).mean(0)",
)

mistake("conv2d_backward", "db_shape", None, BACKWARD + LOOPS + "    return dx,dw,db[:,None,None]")

mistake(
    "conv2d_backward",
    "dw_flipped",
    "dweight_flipped",
    BACKWARD + LOOPS + "    return dx,dw.flip(2,3),db",
)

mistake(
    "conv2d_backward",
    "dx_flipped",
    "dx_kernel_not_turned",
    BACKWARD
    + LOOPS.replace("'no,ocuv->ncuv',dy[:,:,i,j],weight", "'no,ocuv->ncuv',dy[:,:,i,j],weight.flip(2,3)")
    + "    return dx,dw,db",
)

mistake("conv2d_backward", "no_db", None, BACKWARD + LOOPS + "    return dx,dw")

mistake(
    "conv2d_backward",
    "dict",
    None,
    BACKWARD + LOOPS + "    return {'dx':dx,'dweight':dw,'dbias':db}",
)

mistake(
    "conv2d_backward",
    "textbook_stride_1_formula",
    None,
    BACKWARD
    + """    xp=F.pad(x,(p,)*4)
    d=F.pad(dy,(kw-1,kw-1,kh-1,kh-1))
    dx=torch.einsum('noijuv,ocuv->ncij',d.unfold(2,kh,1).unfold(3,kw,1),weight.flip(2,3))[:,:,p:p+H,p:p+W]
    dw=torch.einsum('noij,ncijuv->ocuv',dy,xp.unfold(2,kh,1).unfold(3,kw,1)[:,:,:Ho,:Wo])
    return dx,dw,dy.sum((0,2,3))
""",
)

mistake("conv2d_backward", "changes_dy", None, BACKWARD + LOOPS + "    dy.zero_()\n    return dx,dw,db")

POOL = "def max_pool2d(x, kernel, stride):\n    N,C,H,W=x.shape\n    Ho,Wo=(H-kernel)//stride+1,(W-kernel)//stride+1\n"

mistake(
    "max_pool2d",
    "from_0",
    "maximum_starts_at_zero",
    POOL
    + """    y=torch.zeros(N,C,Ho,Wo,dtype=x.dtype)
    for u in range(kernel):
        for v in range(kernel):
            y=torch.maximum(y,x[:,:,u:u+(Ho-1)*stride+1:stride,v:v+(Wo-1)*stride+1:stride])
    return y""",
)

mistake(
    "max_pool2d",
    "blocks_of_stride",
    "windows_of_the_stride",
    POOL + "    return x.unfold(2,stride,stride).unfold(3,stride,stride).amax((-2,-1))[:,:,:Ho,:Wo]",
)

mistake(
    "max_pool2d",
    "returns_the_pair",
    "pair_for_values",
    POOL + "    return x.unfold(2,kernel,stride).unfold(3,kernel,stride).reshape(N,C,Ho,Wo,-1).max(-1)",
)

mistake(
    "max_pool2d",
    "only_rows",
    None,
    POOL + "    return x.unfold(2,kernel,stride).unfold(3,kernel,stride).max(-1).values",
)

mistake(
    "max_pool2d",
    "relu_after",
    "maximum_starts_at_zero",
    POOL + "    return x.unfold(2,kernel,stride).unfold(3,kernel,stride).amax((-2,-1)).relu()",
)

mistake(
    "max_pool2d",
    "abs",
    "sign_lost",
    POOL + "    return x.unfold(2,kernel,stride).unfold(3,kernel,stride).abs().amax((-2,-1))",
)

mistake(
    "max_pool2d",
    "inf_pad",
    None,
    POOL
    + "    return F.pad(x,(kernel//2,)*4,value=float('-inf')).unfold(2,kernel,stride).unfold(3,kernel,stride).amax((-2,-1))",
)

mistake(
    "max_pool2d",
    "float32",
    "always_float32",
    POOL + "    return x.unfold(2,kernel,stride).unfold(3,kernel,stride).amax((-2,-1)).float()",
)

POOL_BACKWARD = "def max_pool2d_backward(dy, x, kernel, stride):\n    N,C,H,W=x.shape\n    Ho,Wo=dy.shape[2:]\n    dx=torch.zeros_like(x)\n"

mistake(
    "max_pool2d_backward",
    "every_tie",
    "every_tie",
    POOL_BACKWARD
    + """    for i in range(Ho):
        for j in range(Wo):
            win=x[:,:,i*stride:i*stride+kernel,j*stride:j*stride+kernel]
            m=(win==win.amax((2,3),keepdim=True)).to(x.dtype)
            dx[:,:,i*stride:i*stride+kernel,j*stride:j*stride+kernel]+=m*dy[:,:,i:i+1,j:j+1]
    return dx""",
)

mistake(
    "max_pool2d_backward",
    "and_every_tie",
    "windows_overwritten_every_tie",
    POOL_BACKWARD
    + """    for i in range(Ho):
        for j in range(Wo):
            win=x[:,:,i*stride:i*stride+kernel,j*stride:j*stride+kernel]
            m=(win==win.amax((2,3),keepdim=True)).to(x.dtype)
            dx[:,:,i*stride:i*stride+kernel,j*stride:j*stride+kernel]=m*dy[:,:,i:i+1,j:j+1]
    return dx""",
)

mistake(
    "max_pool2d_backward",
    "single_place",
    "overlaps_overwritten",
    POOL_BACKWARD
    + """    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    win=x[n,c,i*stride:i*stride+kernel,j*stride:j*stride+kernel]
                    k=int(win.argmax())
                    dx[n,c,i*stride+k//kernel,j*stride+k%kernel]=dy[n,c,i,j]
    return dx""",
)

mistake(
    "max_pool2d_backward",
    "row_col_swap",
    "row_and_column_exchanged",
    POOL_BACKWARD
    + """    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    win=x[n,c,i*stride:i*stride+kernel,j*stride:j*stride+kernel]
                    k=int(win.argmax())
                    dx[n,c,i*stride+k%kernel,j*stride+k//kernel]+=dy[n,c,i,j]
    return dx""",
)

mistake(
    "max_pool2d_backward",
    "upsample_trick",
    None,
    POOL_BACKWARD
    + """    big=dy.repeat_interleave(kernel,2).repeat_interleave(kernel,3)
    y=x.unfold(2,kernel,stride).unfold(3,kernel,stride).amax((-2,-1)).repeat_interleave(kernel,2).repeat_interleave(kernel,3)
    h,w=big.shape[2:]
    h,w=min(h,H),min(w,W)
    dx[:,:,:h,:w]=(x[:,:,:h,:w]==y[:,:,:h,:w])*big[:,:,:h,:w]
    return dx""",
)

LENET = """
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1=nn.Conv2d(1,6,5,padding=2); self.conv2=nn.Conv2d(6,16,5)
        self.fc1=nn.Linear(400,120); self.fc2=nn.Linear(120,84); self.fc3=nn.Linear(84,10)
    def forward(self,x):
        x=F.max_pool2d(F.relu(self.conv1(x)),2)
        x=F.max_pool2d(F.relu(self.conv2(x)),2)
        x=x.flatten(1)
        x=F.relu(self.fc1(x)); x=F.relu(self.fc2(x))
        return self.fc3(x)
"""

mistake(
    "LeNet",
    "log_softmax",
    "log_softmax_at_the_end",
    LENET.replace("return self.fc3(x)", "return F.log_softmax(self.fc3(x),1)"),
)

mistake(
    "LeNet",
    "softmax",
    "softmax_at_the_end",
    LENET.replace("return self.fc3(x)", "return F.softmax(self.fc3(x),1)"),
)

mistake(
    "LeNet",
    "argmax",
    "class_for_logits",
    LENET.replace("return self.fc3(x)", "return self.fc3(x).argmax(1)"),
)

mistake("LeNet", "sigmoid_d2l", "sigmoid_for_relu", LENET.replace("F.relu", "torch.sigmoid"))

mistake(
    "LeNet",
    "d2l_original",
    "sigmoid_and_average",
    LENET.replace("F.relu", "torch.sigmoid").replace("max_pool", "avg_pool"),
)

mistake("LeNet", "leaky", None, LENET.replace("F.relu", "F.leaky_relu"))

mistake("LeNet", "gelu", None, LENET.replace("F.relu", "F.gelu"))

mistake(
    "LeNet",
    "other_pool",
    None,
    LENET.replace("F.max_pool2d(F.relu(self.conv2(x)),2)", "F.max_pool2d(F.relu(self.conv2(x)),3,2,1)"),
)

mistake("LeNet", "no_super", None, LENET.replace("        super().__init__()\n", ""))

mistake("LeNet", "names", None, LENET.replace("fc3", "fc4"))

mistake(
    "LeNet",
    "no_bias",
    None,
    LENET.replace("nn.Conv2d(1,6,5,padding=2)", "nn.Conv2d(1,6,5,padding=2,bias=False)"),
)

mistake(
    "LeNet",
    "80",
    None,
    LENET.replace("nn.Linear(120,84)", "nn.Linear(120,80)").replace("nn.Linear(84,10)", "nn.Linear(80,10)"),
)

mistake(
    "LeNet",
    "no_relu_fc2",
    "no_relu_behind_fc2",
    LENET.replace("F.relu(self.fc2(x))", "self.fc2(x)"),
)

mistake(
    "LeNet",
    "no_relu_conv1",
    "no_relu_behind_conv1",
    LENET.replace("F.relu(self.conv1(x))", "self.conv1(x)"),
)

mistake("LeNet", "flatten_all", None, LENET.replace("x=x.flatten(1)", "x=x.flatten()"))

mistake(
    "LeNet",
    "detach",
    "features_cut_off",
    LENET.replace("x=x.flatten(1)", "x=x.view(-1,400).detach()"),
)

mistake(
    "LeNet",
    "sequential",
    None,
    """
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net=nn.Sequential(nn.Conv2d(1,6,5,padding=2),nn.ReLU(),nn.MaxPool2d(2),nn.Conv2d(6,16,5),nn.ReLU(),nn.MaxPool2d(2),nn.Flatten(),nn.Linear(400,120),nn.ReLU(),nn.Linear(120,84),nn.ReLU(),nn.Linear(84,10))
    def forward(self,x): return self.net(x)
""",
)

mistake(
    "LeNet",
    "hidden_list_layer",
    None,
    LENET.replace("self.fc3=nn.Linear(84,10)", "self.fc3=nn.Linear(84,10); self.layers=[nn.Linear(84,84)]").replace(
        "return self.fc3(x)", "return self.fc3(self.layers[0](x))"
    ),
)

mistake("LeNet", "no_return", None, LENET.replace("return self.fc3(x)", "self.fc3(x)"))

BLOCK = """
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.conv1=nn.Conv2d(in_channels,out_channels,3,stride,1,bias=False)
        self.bn1=nn.BatchNorm2d(out_channels)
        self.conv2=nn.Conv2d(out_channels,out_channels,3,1,1,bias=False)
        self.bn2=nn.BatchNorm2d(out_channels)
        self.shortcut=nn.Sequential()
        if stride!=1 or in_channels!=out_channels:
            self.shortcut=nn.Sequential(nn.Conv2d(in_channels,out_channels,1,stride,bias=False),nn.BatchNorm2d(out_channels))
    def forward(self,x):
        out=F.relu(self.bn1(self.conv1(x)))
        out=self.bn2(self.conv2(out))
        return F.relu(out+self.shortcut(x))
"""

mistake("ResidualBlock", "product", None, BLOCK.replace("out+self.shortcut(x)", "out*self.shortcut(x)"))

mistake(
    "ResidualBlock",
    "cat",
    None,
    BLOCK.replace("out+self.shortcut(x)", "torch.cat([out,self.shortcut(x)],1)"),
)

mistake(
    "ResidualBlock",
    "relu_both",
    "both_rectified",
    BLOCK.replace("return F.relu(out+self.shortcut(x))", "return F.relu(out)+F.relu(self.shortcut(x))"),
)

mistake(
    "ResidualBlock",
    "bn1_unused",
    "first_norm_unused",
    BLOCK.replace("out=F.relu(self.bn1(self.conv1(x)))", "out=F.relu(self.conv1(x))"),
)

mistake("ResidualBlock", "minus", None, BLOCK.replace("out+self.shortcut(x)", "out-self.shortcut(x)"))

mistake(
    "ResidualBlock",
    "proj_bias",
    "projection_with_bias",
    BLOCK.replace(
        "1,stride,bias=False),nn.BatchNorm2d(out_channels))",
        "1,stride),nn.BatchNorm2d(out_channels))",
    ),
)

mistake(
    "ResidualBlock",
    "3x3_proj",
    None,
    BLOCK.replace(
        "1,stride,bias=False),nn.BatchNorm2d(out_channels))",
        "3,stride,1,bias=False),nn.BatchNorm2d(out_channels))",
    ),
)

mistake(
    "ResidualBlock",
    "relu_in_proj",
    "projection_rectified",
    BLOCK.replace(
        "1,stride,bias=False),nn.BatchNorm2d(out_channels))",
        "1,stride,bias=False),nn.BatchNorm2d(out_channels),nn.ReLU())",
    ),
)

mistake(
    "ResidualBlock",
    "and_for_or",
    "projection_when_both_change",
    BLOCK.replace("stride!=1 or", "stride!=1 and"),
)

mistake(
    "ResidualBlock",
    "no_padding",
    None,
    BLOCK.replace("3,stride,1,bias=False", "3,stride,bias=False"),
)

mistake(
    "ResidualBlock",
    "downsample_name_torchvision",
    None,
    BLOCK.replace("self.shortcut", "self.downsample"),
)

mistake(
    "ResidualBlock",
    "preact",
    None,
    BLOCK.replace(
        "out=F.relu(self.bn1(self.conv1(x)))\n        out=self.bn2(self.conv2(out))",
        "out=self.conv1(F.relu(self.bn1(x)))\n        out=self.conv2(F.relu(self.bn2(out)))",
    ).replace("return F.relu(out+self.shortcut(x))", "return out+self.shortcut(x)"),
)

mistake(
    "ResidualBlock",
    "same_object_bn",
    "second_norm_missing",
    BLOCK.replace("self.bn2=nn.BatchNorm2d(out_channels)", "self.bn2=self.bn1"),
)

mistake(
    "ResidualBlock",
    "stride_at_conv2",
    "stride_at_the_second",
    BLOCK.replace("3,stride,1,bias=False", "3,1,1,bias=False").replace(
        "3,1,1,bias=False)\n        self.bn2", "3,stride,1,bias=False)\n        self.bn2"
    ),
)

mistake(
    "ResidualBlock",
    "no_running",
    None,
    BLOCK.replace("nn.BatchNorm2d(out_channels)", "nn.BatchNorm2d(out_channels,track_running_stats=False)"),
)

mistake(
    "ResidualBlock",
    "groupnorm",
    None,
    BLOCK.replace("nn.BatchNorm2d(out_channels)", "nn.GroupNorm(1,out_channels)"),
)

mistake(
    "ResidualBlock",
    "relu_x_first",
    "input_rectified",
    BLOCK.replace(
        "out=F.relu(self.bn1(self.conv1(x)))",
        "x=F.relu(x,inplace=False); out=F.relu(self.bn1(self.conv1(x)))",
    ),
)

mistake(
    "ResidualBlock",
    "inplace_on_input",
    "input_rectified_in_place",
    BLOCK.replace("out=F.relu(self.bn1(self.conv1(x)))", "x.relu_(); out=F.relu(self.bn1(self.conv1(x)))"),
)

TRAIN = """
def train_cnn(model, images, labels, epochs, learning_rate, batch_size, generator):
    opt=torch.optim.Adam(model.parameters(),lr=learning_rate)
    model.train()
    for e in range(epochs):
        perm=torch.randperm(len(images),generator=generator)
        for i in range(0,len(images),batch_size):
            idx=perm[i:i+batch_size]
            opt.zero_grad()
            loss=F.cross_entropy(model(images[idx]),labels[idx])
            loss.backward()
            opt.step()
    return model
"""

mistake(
    "train_cnn",
    "no_zero_grad",
    "zero_grad_missing",
    TRAIN.replace("            opt.zero_grad()\n", ""),
)

mistake(
    "train_cnn",
    "zero_per_epoch",
    "zero_grad_per_epoch",
    TRAIN.replace("            opt.zero_grad()\n", "").replace(
        "        perm=", "        opt.zero_grad()\n        perm="
    ),
)

mistake(
    "train_cnn",
    "zero_after_step_stale",
    "zero_grad_after_the_step",
    TRAIN.replace("opt.step()\n", "opt.step()\n")
    .replace("            opt.zero_grad()\n", "")
    .replace("            opt.step()", "            opt.step(); opt.zero_grad()"),
)

mistake(
    "train_cnn",
    "softmax",
    "softmax_before_cross_entropy",
    TRAIN.replace("model(images[idx])", "model(images[idx]).softmax(1)"),
)

mistake(
    "train_cnn",
    "sum",
    "losses_summed",
    TRAIN.replace("labels[idx])", "labels[idx],reduction='sum')"),
)

mistake("train_cnn", "no_train", "trained_in_eval_mode", TRAIN.replace("    model.train()\n", ""))

mistake("train_cnn", "sgd", "sgd_for_adam", TRAIN.replace("torch.optim.Adam", "torch.optim.SGD"))

mistake("train_cnn", "rmsprop", None, TRAIN.replace("torch.optim.Adam", "torch.optim.RMSprop"))

mistake(
    "train_cnn",
    "wd",
    "weights_decay",
    TRAIN.replace("lr=learning_rate", "lr=learning_rate,weight_decay=1e-4"),
)

mistake("train_cnn", "lr_ignored", "learning_rate_ignored", TRAIN.replace("lr=learning_rate", "lr=1e-3"))

mistake(
    "train_cnn",
    "mse",
    None,
    TRAIN.replace(
        "F.cross_entropy(model(images[idx]),labels[idx])",
        "F.mse_loss(model(images[idx]).softmax(1),F.one_hot(labels[idx],int(labels.max())+1).to(images.dtype))",
    ),
)

mistake(
    "train_cnn",
    "one_order_for_all_epochs",
    "one_order_for_all_epochs",
    TRAIN.replace("        perm=torch.randperm(len(images),generator=generator)\n", "").replace(
        "    model.train()\n",
        "    model.train()\n    perm=torch.randperm(len(images),generator=generator)\n",
    ),
)

mistake(
    "train_cnn",
    "global_randomness",
    "generator_ignored",
    TRAIN.replace("torch.randperm(len(images),generator=generator)", "torch.randperm(len(images))"),
)

mistake(
    "train_cnn",
    "unshuffled",
    "not_shuffled",
    TRAIN.replace("torch.randperm(len(images),generator=generator)", "torch.arange(len(images))"),
)

mistake("train_cnn", "returns_loss", None, TRAIN.replace("    return model", "    return loss.item()"))

mistake(
    "train_cnn",
    "eval_at_the_end",
    "left_in_eval_mode",
    TRAIN.replace("    return model", "    model.eval()\n    return model"),
)

mistake(
    "train_cnn",
    "drop_last",
    "last_batch_dropped",
    TRAIN.replace("range(0,len(images),batch_size)", "range(0,len(images)-batch_size+1,batch_size)"),
)

mistake(
    "train_cnn",
    "step_per_epoch",
    "one_step_per_epoch",
    TRAIN.replace("            opt.step()", "        opt.step()"),
)

mistake("train_cnn", "no_backward", None, TRAIN.replace("            loss.backward()\n", ""))

mistake(
    "train_cnn",
    "one_more_epoch",
    "one_epoch_more",
    TRAIN.replace("for e in range(epochs)", "for e in range(epochs+1)"),
)

mistake(
    "train_cnn",
    "one_less_epoch",
    None,
    TRAIN.replace("for e in range(epochs)", "for e in range(1,epochs)"),
)

mistake(
    "train_cnn",
    "eval_in_loop",
    None,  # (with no epoch at all it does leave train mode on); each case says "call the model in train mode"
    TRAIN.replace("    for e in range(epochs):\n", "    for e in range(epochs):\n        model.eval()\n"),
)

mistake(
    "train_cnn",
    "clips",
    None,
    TRAIN.replace(
        "            opt.step()",
        "            nn.utils.clip_grad_norm_(model.parameters(),1.0); opt.step()",
    ),
)

mistake(
    "train_cnn",
    "label_smoothing",
    None,
    TRAIN.replace("labels[idx])", "labels[idx],label_smoothing=0.1)"),
)

PICTURES = "def convolutional_networks_bug_hunt(pictures):\n    "

mistake(
    "convolutional_networks_bug_hunt",
    "hw_swap",
    "on_its_side",
    PICTURES + "return pictures.permute(0,3,2,1).float()/255",
)

mistake(
    "convolutional_networks_bug_hunt",
    "cn_first",
    None,
    PICTURES + "return pictures.permute(3,0,1,2).float()/255",
)

mistake(
    "convolutional_networks_bug_hunt",
    "256",
    None,
    PICTURES + "return pictures.permute(0,3,1,2).float()/256",
)

mistake(
    "convolutional_networks_bug_hunt",
    "same_bug",
    "bug_left",
    PICTURES + "return (pictures/255).reshape(pictures.shape[0],pictures.shape[3],pictures.shape[1],pictures.shape[2])",
)

mistake(
    "convolutional_networks_bug_hunt",
    "half",
    None,
    PICTURES + "return pictures.permute(0,3,1,2).half()/255",
)

mistake("convolutional_networks_bug_hunt", "uint8", None, PICTURES + "return pictures.permute(0,3,1,2)")

mistake(
    "convolutional_networks_bug_hunt",
    "normalised_1_1",
    None,
    PICTURES + "return (pictures.permute(0,3,1,2).float()/255-.5)/.5",
)

mistake(
    "convolutional_networks_bug_hunt",
    "own_max",
    None,
    PICTURES + "p=pictures.permute(0,3,1,2).float()\n    return p/p.max()",
)
