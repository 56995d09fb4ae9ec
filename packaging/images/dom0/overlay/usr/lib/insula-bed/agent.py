# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs in dom0 what the test bed asks for.

One JSON object per line on the virtio-serial port org.insula.bed.0, each with an `id` that its answer repeats. Several requests
run at once. Operations: ping, run, put, get, wait_text. The bed believes this program and this program believes the bed: it is
test equipment and is never part of a product image.
"""
import base64
import fcntl
import json
import os
import pwd
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time

PORT = "/dev/virtio-ports/org.insula.bed.0"
OUTPUT_LIMIT = 2 << 20
LINE_LIMIT = 8 << 20
CHUNK = 256 << 10

write_lock = threading.Lock()


def answer(port: int, message: dict) -> None:
    data = json.dumps(message).encode() + b"\n"
    with write_lock:
        while data:
            try:
                written = os.write(port, data[:32768])
                data = data[written:]
            except BlockingIOError:
                select.select([], [port], [], 1)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read_limited(stream) -> tuple[bytes, bool]:
    """The end of a long output says more than its beginning."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - OUTPUT_LIMIT))
    return stream.read(OUTPUT_LIMIT), size > OUTPUT_LIMIT


def run(request: dict) -> dict:
    environment = dict(os.environ)
    account = None
    if request.get("user"):
        account = pwd.getpwnam(request["user"])
        environment.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)
    environment.update(request.get("env") or {})

    def become() -> None:
        os.setsid()
        if account:
            os.initgroups(account.pw_name, account.pw_gid)
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)

    # Files, not pipes: a daemon that the command leaves behind may keep them open without holding up the answer.
    with tempfile.TemporaryFile(dir="/run") as out, tempfile.TemporaryFile(dir="/run") as err, \
            tempfile.TemporaryFile(dir="/run") as source:
        source.write(base64.b64decode(request.get("stdin") or ""))
        source.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(request["argv"], stdin=source, stdout=out, stderr=err, env=environment,
                                   cwd=request.get("cwd") or "/", preexec_fn=become)
        timed_out = False
        try:
            process.wait(float(request.get("timeout") or 30))
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        stdout, cut_out = read_limited(out)
        stderr, cut_err = read_limited(err)
    return {"rc": process.returncode, "stdout": text(stdout), "stderr": text(stderr), "timed_out": timed_out,
            "truncated": cut_out or cut_err, "seconds": time.monotonic() - began}


def put(request: dict) -> dict:
    path = request["path"]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "ab" if request.get("append") else "wb") as stream:
        stream.write(base64.b64decode(request["data"]))
    os.chmod(path, int(request.get("mode", 0o644)))
    return {"rc": 0}


def get(request: dict) -> dict:
    with open(request["path"], "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(int(request.get("offset", 0)))
        data = stream.read(CHUNK)
    return {"rc": 0, "data": text(data), "size": size}


def wait_text(request: dict) -> dict:
    """Waits until a growing file holds a match of a pattern, from a given offset on."""
    pattern = re.compile(request["pattern"].encode(), re.MULTILINE)
    deadline = time.monotonic() + float(request["timeout"])
    while True:
        try:
            with open(request["path"], "rb") as stream:
                stream.seek(int(request.get("offset", 0)))
                found = pattern.search(stream.read(OUTPUT_LIMIT * 4))
        except FileNotFoundError:
            found = None
        if found:
            return {"rc": 0, "match": text(found.group(0)), "groups": [text(g or b"") for g in found.groups()]}
        if time.monotonic() > deadline:
            return {"rc": 1}
        time.sleep(0.1)


OPERATIONS = {"ping": lambda request: {"rc": 0, "uptime": time.monotonic()}, "run": run, "put": put, "get": get,
              "wait_text": wait_text}


def serve(port: int, line: bytes) -> None:
    try:
        request = json.loads(line)
        identity = request["id"]
    except (ValueError, KeyError, TypeError):
        return
    try:
        reply = OPERATIONS[request["op"]](request)
    except Exception as problem:  # the bed shall see every failure as an answer
        reply = {"rc": -1, "error": f"{type(problem).__name__}: {problem}"}
    reply["id"] = identity
    answer(port, reply)


def main() -> None:
    while not os.path.exists(PORT):
        time.sleep(0.1)
    port = os.open(PORT, os.O_RDWR | os.O_NONBLOCK)
    os.set_inheritable(port, False)
    fcntl.fcntl(port, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    buffer = b""
    while True:
        select.select([port], [], [], 5)
        try:
            data = os.read(port, 65536)
        except BlockingIOError:
            continue
        if not data:  # nobody is connected on the host's side
            buffer = b""
            time.sleep(0.05)
            continue
        buffer += data
        if len(buffer) > LINE_LIMIT:
            sys.exit("a request is longer than the limit")
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            if line.strip():
                threading.Thread(target=serve, args=(port, line), daemon=True).start()


if __name__ == "__main__":
    main()
