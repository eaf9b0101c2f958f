"""What a host knows of its files."""

from contextlib import contextmanager


class Files:
    """Each file by its name: what it is, or after a failure all that it may be: what it was, or
    what it was to become, or a part of that. Content is `None` where there is no file."""

    def __init__(self, names):
        # What each may be: this content, or at least so many bytes of it.
        self.ways = {name: [(None, 0)] for name in names}

    def is_certain(self, name):
        return len(self.ways[name]) == 1

    def content(self, name):
        """The content of a file that is certain."""
        ((content, _),) = self.ways[name]
        return content

    def set(self, name, content):
        """The file is this, and nothing else."""
        self.ways[name] = [(content, len(content or b""))]

    def may_become(self, name, content, least=0):
        """A command is on its way, after which the file is this if all goes well."""
        self.ways[name].append((content, least))

    @contextmanager
    def becoming(self, name, content, least=0):
        """May become this within the block, and is this after it."""
        self.may_become(name, content, least)
        yield
        self.set(name, content)

    def found(self, name, content):
        """Somebody has looked: the file must be what it may be, and is certain from now on."""
        ways = self.ways[name]
        expected = " or ".join(told(*way) for way in ways)
        possible = any(is_on_way(content, *way) for way in ways)
        assert possible, f"{name} is {told(content)}, and not {expected}"
        self.set(name, content)


def is_on_way(content, goal, least):
    if content is None or goal is None:
        return content is goal
    return least <= len(content) and goal.startswith(content)


def told(content, least=None):
    if content is None:
        return "no file"
    part = "" if least in (None, len(content)) else f"{least} or more of "
    return f"{part}{len(content)} bytes {content[:8].hex()}..."
