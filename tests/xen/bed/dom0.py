# SPDX-License-Identifier: GPL-2.0-or-later
"""dom0 as a scenario sees it: run a command, wait for something, read and write files.

Talks to the agent in dom0 (packaging/images/dom0/overlay/usr/lib/insula-bed/agent.py) over a virtio-serial port. Calls may come
from several threads at once.
"""
import base64
import json
import queue
import re
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .errors import BedFailure, ScenarioFailure


@dataclass(frozen=True)
class Result:
    argv: list[str]
    rc: int
    out: str
    err: str
    timed_out: bool
    seconds: float

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def json(self) -> Any:
        return json.loads(self.out)

    def describe(self) -> str:
        said = (self.err.strip() or self.out.strip()).splitlines()[-3:]
        how = "ran out of time" if self.timed_out else f"ended with {self.rc}"
        return f"`{' '.join(self.argv)}` {how}" + (f": {' / '.join(said)}" if said else "")


class Dom0:
    # What programs of the desktop find in their environment.
    DESKTOP = {"DISPLAY": ":0"}

    def __init__(self, path: Path, check_alive: Callable[[], None]):
        self._path = path
        self._check_alive = check_alive
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._next = int(time.time()) % 1_000_000 * 1000
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._send(b"\n")
        threading.Thread(target=self._listen, daemon=True).start()

    def _send(self, data: bytes) -> None:
        with self._lock:
            try:
                self._socket.sendall(data)
            except OSError as problem:
                self._check_alive()
                raise BedFailure(f"the connection to dom0 broke: {problem}") from problem

    def _listen(self) -> None:
        buffer = b""
        while True:
            try:
                data = self._socket.recv(1 << 20)
            except OSError:
                return
            if not data:
                return
            buffer += data
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                try:
                    message = json.loads(line)
                    self._answers[message["id"]].put(message)
                except (ValueError, KeyError, TypeError):
                    pass  # an answer that nobody waits for any more

    def request(self, operation: str, patience: float, **fields: Any) -> dict[str, Any]:
        with self._lock:
            self._next += 1
            identity = self._next
        waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        self._answers[identity] = waiting
        try:
            self._send(json.dumps({"id": identity, "op": operation, **fields}).encode() + b"\n")
            deadline = time.monotonic() + patience
            while True:
                try:
                    return waiting.get(timeout=max(0.01, min(1.0, deadline - time.monotonic())))
                except queue.Empty:
                    self._check_alive()
                    if time.monotonic() > deadline:
                        raise BedFailure(f"dom0 does not answer ({operation}, {patience:.0f} s)") from None
        finally:
            del self._answers[identity]

    def wait_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.request("ping", 1.0)
                return
            except BedFailure:
                self._check_alive()
                if time.monotonic() > deadline:
                    raise BedFailure(f"dom0's agent does not answer within {timeout:.0f} s") from None

    def try_run(self, argv: list[str], *, timeout: float = 30, user: str | None = None, stdin: bytes = b"",
                env: dict[str, str] | None = None) -> Result:
        """Runs a command; a bad exit code is an answer."""
        reply = self.request("run", timeout + 15, argv=argv, timeout=timeout, user=user, env=env or {},
                             stdin=base64.b64encode(stdin).decode())
        if "error" in reply:
            return Result(argv, 127, "", reply["error"], False, 0)
        return Result(argv, reply["rc"], base64.b64decode(reply["stdout"]).decode(errors="replace"),
                      base64.b64decode(reply["stderr"]).decode(errors="replace"), reply["timed_out"], reply["seconds"])

    def run(self, argv: list[str], *, timeout: float = 30, user: str | None = None, stdin: bytes = b"",
            env: dict[str, str] | None = None, expect: int = 0) -> Result:
        """Runs a command that has to end with `expect`."""
        result = self.try_run(argv, timeout=timeout, user=user, stdin=stdin, env=env)
        if result.timed_out or result.rc != expect:
            raise ScenarioFailure(result.describe(), console="dom0")
        return result

    def shell(self, script: str, **more: Any) -> Result:
        return self.run(["/bin/sh", "-c", script], **more)

    def desktop(self, argv: list[str], **more: Any) -> Result:
        """Runs a program of the person's desktop, as the person."""
        return self.run(argv, user="person", env=self.DESKTOP | {"XAUTHORITY": "/home/person/.Xauthority"}, **more)

    def wait_for(self, what: str, condition: Callable[[], Any], timeout: float, every: float = 0.2) -> Any:
        """Asks until the condition holds and gives its value; a condition may fail with ScenarioFailure meanwhile."""
        deadline = time.monotonic() + timeout
        last = ""
        while True:
            try:
                if value := condition():
                    return value
            except ScenarioFailure as problem:
                last = f" ({problem})"
            if time.monotonic() > deadline:
                raise ScenarioFailure(f"{what}: not within {timeout:.0f} s{last}")
            time.sleep(every)

    def wait_text(self, path: str, pattern: str, timeout: float, offset: int = 0) -> re.Match[str] | None:
        """Waits in dom0 until the file holds a match, without starting a process; None when it does not come."""
        reply = self.request("wait_text", timeout + 15, path=path, pattern=pattern, timeout=timeout, offset=offset)
        if reply.get("rc") != 0:
            return None
        return re.search(pattern, base64.b64decode(reply["match"]).decode(errors="replace"), re.MULTILINE)

    def read(self, path: str) -> bytes:
        data = b""
        while True:
            reply = self.request("get", 30, path=path, offset=len(data))
            if "error" in reply:
                raise ScenarioFailure(f"dom0: {reply['error']}")
            chunk = base64.b64decode(reply["data"])
            data += chunk
            if not chunk or len(data) >= reply["size"]:
                return data

    def write(self, path: str, data: bytes, mode: int = 0o644) -> None:
        for offset in range(0, max(1, len(data)), 1 << 20):
            part = base64.b64encode(data[offset:offset + (1 << 20)]).decode()
            reply = self.request("put", 60, path=path, data=part, append=offset > 0, mode=mode)
            if "error" in reply:
                raise BedFailure(f"dom0: {reply['error']}")

    def close(self) -> None:
        # shutdown wakes the listener; close alone would leave it asleep
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
