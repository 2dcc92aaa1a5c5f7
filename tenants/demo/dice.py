"""Chance that is the same on every machine: only Random.random() is promised stable by Python."""

import hashlib
import random
import uuid


class Dice:
    """A stream of choices that depends on its name alone."""

    def __init__(self, name):
        self.name = name
        self._random = random.Random(hashlib.sha256(name.encode()).digest())

    def chance(self, probability):
        return self._random.random() < probability

    def below(self, bound):
        return int(self._random.random() * bound)

    def between(self, low, high):
        return low + self._random.random() * (high - low)

    def one(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """One of [(item, weight)]."""
        left = self._random.random() * sum(weight for _, weight in pairs)
        for item, weight in pairs:
            left -= weight
            if left < 0:
                return item
        return pairs[-1][0]

    def hex(self, digits):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(digits))


def stable_uuid(*words):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "https://meridian.example/" + "/".join(words)))
