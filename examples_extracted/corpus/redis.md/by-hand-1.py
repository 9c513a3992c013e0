import socket

def ask(*words):
    """Sends a command and gives the first line of the answer."""
    parts = [f"${len(word)}\r\n{word}\r\n" for word in words]
    with socket.create_connection(("localhost", 6379)) as connection:
        connection.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
        return connection.makefile("rb").readline().decode().strip()

ask("PING")                   # '+PONG'
ask("SET", "tea", "green")    # '+OK'
ask("INCR", "visits")         # ':1'
