"""Fashion-MNIST: the part that comes with the course, and the whole set from the network."""

from __future__ import annotations

import gzip
import io
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hocsau._data_files import download, read
from hocsau.language import Text

__all__ = ["FashionMnist", "fashion_mnist", "fashion_mnist_full"]


@dataclass(frozen=True, eq=False)
class FashionMnist:
    """Pictures of clothes; n and m are 10000 and 2000, or in full 60000 and 10000.

    x_train, x_test: (n, 28, 28) and (m, 28, 28) uint8, 0 background .. 255
    y_train, y_test: (n,) and (m,) uint8, 0 to 9, every class equally often
    train_index, test_index: (n,) and (m,) int64, rows of the full set
    classes: the ten classes' names
    """

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.uint8]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.uint8]
    train_index: NDArray[np.int64]
    test_index: NDArray[np.int64]
    classes: tuple[Text, ...]


_CLASSES = (
    Text("T-shirt/top"), Text("trouser"),
    Text("pullover"),
    Text("dress"), Text("coat"), Text("sandal"),
    Text("shirt"), Text("sneaker"), Text("bag"),
    Text("ankle boot"),
)  # fmt: skip


def fashion_mnist() -> FashionMnist:
    """Fashion-MNIST's fixed part: 1000 training and 200 test pictures of each class.

    Xiao et al. 2017
    """
    content = io.BytesIO(read("fashion_mnist_10000_2000.npz"))
    with np.load(content, allow_pickle=False) as arrays:
        return FashionMnist(**dict(arrays), classes=_CLASSES)


_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
_FULL = (
    ("train-images-idx3-ubyte", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    ("train-labels-idx1-ubyte", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    ("t10k-images-idx3-ubyte", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    ("t10k-labels-idx1-ubyte", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
)


def fashion_mnist_full() -> FashionMnist:
    """Fashion-MNIST in full, 60000 and 10000 pictures: 30 MB, downloaded once, then kept.

    HOCSAU_CACHE names the folder to keep it in
    raises DataError without a network, or if what came does not verify
    Xiao et al. 2017
    """
    x_train, y_train, x_test, y_test = (_idx(download(f"{name}.gz", checksum, _MIRRORS)) for name, checksum in _FULL)
    train_index, test_index = np.arange(len(y_train)), np.arange(len(y_test))
    return FashionMnist(x_train, y_train, x_test, y_test, train_index, test_index, _CLASSES)


def _idx(compressed: bytes) -> NDArray[np.uint8]:
    """Unpack LeCun's IDX format: 0, 0, 8 for uint8, the number of axes, each length, the values."""
    content = gzip.decompress(compressed)
    axes = content[3]
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()
