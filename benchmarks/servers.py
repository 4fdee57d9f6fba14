"""The servers of a run: started on ports of their own, asked whether they answer, ended with the run."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds


def collect_static():
    """Put the files of the pages where the portal under PORTAL_VAR looks for them."""
    subprocess.run([sys.executable, "manage.py", "collectstatic", "-v0", "--no-input"], cwd=ROOT, check=True)


@contextmanager
def running(command, port, *, name, path="/", **environment):
    """The process, once `path` answers on `port`, where nothing else may answer; it is ended on leaving."""
    with socket.socket() as other:
        if other.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"Something answers on port {port} already. End it, or choose others with --port.")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "BENCH_LOUD" not in os.environ else None,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                get(port, path)
                break
            except (OSError, http.client.HTTPException):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{name} does not answer on port {port}; BENCH_LOUD=1 shows why.") from None
                time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def gunicorn(application):
    """The portal's own settings, for whatever application."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:governance.gunicorn_conf", application]


@contextmanager
def nginx_before(folder, port, portal_port):
    """deploy/nginx.conf with its micro-cache, before the portal on `portal_port`."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{portal_port}").replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    (folder / "cache").mkdir(exist_ok=True)
    (folder / "cache.conf").write_text(text)
    command = ["nginx", "-p", str(folder / "cache"), "-c", str(folder / "cache.conf")]
    with running(command, port, name="nginx with the cache") as process:
        yield process


@contextmanager
def nginx_of_files(folder, port):
    """nginx with files of the sizes that are asked for: `/<number>`; they are written by `file_of`."""
    (folder / "files").mkdir(exist_ok=True)
    file_of(folder, 1)
    (folder / "files.conf").write_text(
        "daemon off; pid files.pid; error_log stderr; worker_processes auto; events {}\n"
        "http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;"
        " uwsgi_temp_path uwsgi; scgi_temp_path scgi;"
        f" server {{ listen 127.0.0.1:{port}; root {folder / 'files'}; }} }}\n"
    )
    command = ["nginx", "-p", str(folder), "-c", str(folder / "files.conf")]
    with running(command, port, name="nginx", path="/1") as process:
        yield process


def file_of(folder, size):
    (folder / "files" / str(size)).write_bytes(b"x" * size)


def get(port, path, **headers):
    """(status, headers, body) of a GET."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def signed_in(port, username, password):
    """The cookie of somebody who has logged in by the form."""
    _status, headers, body = get(port, "/login/")
    cookie = headers["Set-Cookie"].partition(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)[1].decode()
    form = urlencode({"csrfmiddlewaretoken": token, "username": username, "password": password})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", form, asked)
    response = connection.getresponse()
    response.read()
    sent = [value.partition(";")[0] for value in response.headers.get_all("Set-Cookie", [])]
    session = [value for value in sent if value.startswith("sessionid=")]
    if not session:
        raise SystemExit(f"{username} cannot log in (status {response.status}).")
    return session[0]


def wrk(port, path, seconds, cookie="", etag=""):
    """Requests a second. Any answer but 200 and 304 ends the run; on a busy machine the first may take its time."""
    headers = []
    for name, value in (("Cookie", cookie), ("If-None-Match", etag)):
        if value:
            headers += ["-H", f"{name}: {value}"]
    for longer in (1, 4, 16):
        command = ["wrk", "-t1", "-c8", f"-d{seconds * longer}s", *headers, f"http://127.0.0.1:{port}{path}"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in answer:
            raise SystemExit(f"{path} on port {port} answers with faults:\n{answer}")
        for _turn in range(2):  # behind what wrk asked last and did not wait for: the next measurement would pay for it
            get(port, path, **({"Cookie": cookie} if cookie else {}))
        if rate := float(re.search(r"Requests/sec:\s+([0-9.]+)", answer)[1]):
            return rate
    raise SystemExit(f"{path} on port {port} does not answer:\n{answer}")


def memory(process):
    """Proportional set size in MiB of each worker of a gunicorn."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    sizes = []
    for child in children:
        text = Path(f"/proc/{child}/smaps_rollup").read_text()
        sizes.append(int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024)
    return sizes
