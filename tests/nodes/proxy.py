"""A TCP proxy in front of a server, in the test's own process: connections are cut after an exact number of bytes, held up,
or refused. Directions: UP is from client to server, DOWN from server to client."""
import socket
import threading

UP, DOWN = 0, 1
CHUNK_BYTES = 65536


class Link:
    """One connection through the proxy. passed: the bytes of each direction since the proxy was armed."""

    def __init__(self, client, server):
        self.sockets = (client, server)  # the source of UP, the source of DOWN
        self.passed = (bytearray(), bytearray())

    def close(self):
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it, which closes it
            except OSError:
                pass


class Proxy:
    """with Proxy(port) as proxy: … connect to proxy.port."""

    def __init__(self, target, host="127.0.0.1"):
        self.target, self.host, self.lock = target, host, threading.Condition()
        self.links, self.seen, self.is_held, self.is_refusing, self.is_over = set(), [], False, False, False
        self.armed, self.is_cut = None, False
        self.listener, self.port = None, 0

    def __enter__(self):
        self._listen()
        return self

    def __exit__(self, kind, value, trace):
        with self.lock:
            self.is_over = True
            self.lock.notify_all()
        self.refuse()
        self.cut()
        return False

    # -- what a test does --

    def arm(self, direction=UP, count=None, then="cut"):
        """Counts from now. When count bytes of that direction have passed on one connection, all connections are cut
        (then="cut") or held (then="hold"), and no byte more passes. Later connections are served. count=None: only counts."""
        with self.lock:
            for link in self.links:
                link.passed = (bytearray(), bytearray())
            self.seen, self.is_cut = list(self.links), False
            self.armed = None if count is None else (direction, count, then)
            if count == 0:
                self._trigger(then)

    def most(self, direction):
        """The bytes that passed since arming, of the connection with most of them."""
        with self.lock:
            return bytes(max((link.passed[direction] for link in self.seen), key=len, default=b""))

    def cut(self):
        with self.lock:
            self._cut_all()

    def hold(self):
        """Nothing is passed on any more; connections stay open, new ones are taken."""
        with self.lock:
            self.is_held = True

    def go_on(self):
        """Ends hold and refuse."""
        with self.lock:
            self.is_held, was_refusing, self.is_refusing = False, self.is_refusing, False
            self.lock.notify_all()
        if was_refusing:
            self._listen()

    def refuse(self):
        """New connections are refused; those that are open go on."""
        with self.lock:
            was_refusing, self.is_refusing = self.is_refusing, True
        if not was_refusing:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()

    # -- threads --

    def _listen(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.host, self.port))
        self.listener.listen(128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((self.host, self.target), timeout=10)
            except OSError:
                client.close()
                continue
            for one in (client, server):
                one.settimeout(None)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(Link(client, server))

    def _start(self, link):
        with self.lock:
            if self.is_over:
                link.close()
                return
            self.links.add(link)
            self.seen.append(link)
        for direction in (UP, DOWN):
            threading.Thread(target=self._pump, args=(link, direction), daemon=True).start()

    def _pump(self, link, direction):
        source, target = link.sockets[direction], link.sockets[1 - direction]
        while True:
            try:
                data = source.recv(CHUNK_BYTES)
            except OSError:
                data = b""
            if not data or not self._pass(link, direction, data, target):
                break
        with self.lock:
            self.links.discard(link)
        link.close()
        source.close()  # each thread closes what it reads: nobody else's number is closed

    def _pass(self, link, direction, data, target):
        """Sends what may pass. Whoever cuts waits for the lock, so that no byte more than was counted is sent; what is sent is
        little, so that sending does not wait."""
        with self.lock:
            if not self._may_go_on(link):
                return False
            passed = link.passed[direction]
            limit = self.armed[1] - len(passed) if self.armed and self.armed[0] == direction else None
            if limit is not None and limit <= len(data):
                passed.extend(data[:limit])
                self._send(target, data[:limit])
                self._trigger(self.armed[2])
                data = data[limit:]
                if not self._may_go_on(link):
                    return False
            passed.extend(data)
            return self._send(target, data)

    def _may_go_on(self, link):
        while self.is_held and not self.is_over:
            self.lock.wait()
        return not self.is_over and link in self.links

    @staticmethod
    def _send(target, data):
        try:
            target.sendall(data)
            return True
        except OSError:
            return False

    def _trigger(self, then):
        self.armed, self.is_cut = None, True
        if then == "hold":
            self.is_held = True
        else:
            self._cut_all()

    def _cut_all(self):
        for link in list(self.links):
            link.close()
        self.links.clear()
