"""Stands in for the replay script of the recorded conversations: its requests go to several servers in turn, one after the
other. Arguments as there; the URL is a list of URLs, separated by commas. REPLAY names the real script."""
import importlib.util
import os
import sys


def replay_module():
    spec = importlib.util.spec_from_file_location("replay", os.environ["REPLAY"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    replay = replay_module()
    server_class = replay.Server

    class InTurn:
        """What the script needs of a server: it sends, and has a port."""

        def __init__(self, urls):
            self.servers, self.count = [server_class(url) for url in urls.split(",")], 0
            self.port = self.servers[0].port

        def send(self, *arguments):
            self.count += 1
            return self.servers[self.count % len(self.servers)].send(*arguments)

    replay.Server = InTurn
    return replay.main()


if __name__ == "__main__":
    sys.exit(main())
