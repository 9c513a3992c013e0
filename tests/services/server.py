"""A server for the tests of services: each connection gives it one word and has one line of answer."""
import os
import socket
import sys
import time

PORT = int(sys.argv[1])
answers = 0


def try_to(attempt):
    try:
        return str(attempt())
    except OSError as error:
        return type(error).__name__


def answer(word):
    if word == "count":
        return str(answers)
    if word == "user":
        return str(os.getuid())
    if word == "capabilities":
        status = open("/proc/self/status").read()
        return status.split("CapEff:")[1].split()[0]
    if word == "processes":
        # Process 1 of its namespace, which keeps it, and itself.
        return " ".join(sorted(name for name in os.listdir("/proc") if name.isdigit()))
    if word == "out":
        return try_to(lambda: socket.create_connection(("192.0.2.1", 80), timeout=1))
    if word == "argument":
        return sys.argv[2]
    if word.startswith("read "):
        return try_to(lambda: open(word[5:]).read().strip())
    if word.startswith("write "):
        return try_to(lambda: open(word[6:], "w").write("x"))
    return "?"


if "--silent" in sys.argv:
    time.sleep(1000)
if "--fail" in sys.argv:
    sys.exit("the server does not like its port")
server = socket.create_server(("127.0.0.1", PORT))
while True:
    connection, _ = server.accept()
    with connection:
        answers += 1
        connection.sendall(answer(connection.recv(1000).decode()).encode() + b"\n")
