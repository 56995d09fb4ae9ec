# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's machine protocol: one command at a time over a Unix socket, events kept for whoever waits for them."""
import json
import socket
import time
from pathlib import Path
from typing import Any

from .errors import BedFailure


class Qmp:
    def __init__(self, path: Path, timeout: float = 20):
        deadline = time.monotonic() + timeout
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(str(path))
                break
            except OSError as problem:
                self._socket.close()
                if time.monotonic() > deadline:
                    raise BedFailure(f"QEMU does not open its control socket: {problem}") from problem
                time.sleep(0.05)
        self._buffer = b""
        self.events: list[dict[str, Any]] = []
        self._read(timeout)
        self.command("qmp_capabilities")

    def _read(self, timeout: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while b"\n" not in self._buffer:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self._socket.recv(65536)
            except TimeoutError as problem:
                raise BedFailure("QEMU does not answer on its control socket") from problem
            except OSError as problem:
                raise BedFailure(f"QEMU's control socket broke: {problem}") from problem
            if not data:
                raise BedFailure("QEMU has ended")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)

    def command(self, name: str, timeout: float = 60, **arguments: Any) -> Any:
        request: dict[str, Any] = {"execute": name}
        if arguments:
            request["arguments"] = {key.replace("_", "-"): value for key, value in arguments.items()}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as problem:
            raise BedFailure("QEMU has ended") from problem
        while True:
            message = self._read(timeout)
            if "event" in message:
                self.events.append(message)
            elif "error" in message:
                raise BedFailure(f"QEMU refuses {name}: {message['error'].get('desc')}")
            elif "return" in message:
                return message["return"]

    def close(self) -> None:
        self._socket.close()
