# The course with JupyterLab:
#     docker build -t hocsau . && docker run --rm -p 127.0.0.1:8888:8888 -v hocsau-work:/home/learner/course/work hocsau
# then open the address with the token that it prints. LANGUAGE=vi: docker run -e LANGUAGE=vi ...
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends git make fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home learner
USER learner
WORKDIR /home/learner/course

# The packages first: they stay in the image's cache while the lessons change.
COPY --chown=learner requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.lock
COPY --chown=learner . .
RUN make setup && mkdir -p work

ENV LANGUAGE=en
EXPOSE 8888
CMD ["sh", "-c", "exec make lab LANGUAGE=$LANGUAGE LAB='--no-browser --ServerApp.ip=0.0.0.0'"]
