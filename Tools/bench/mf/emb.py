"""Reads what an embeddings file holds, as the FileFormats page describes it: enough to score pairs with numpy."""
import struct

import numpy as np


class Embeddings:
    def __init__(self, path):
        data = open(path, "rb").read()
        self.dimension = struct.unpack_from("<I", data, 128)[0]
        items, users = struct.unpack_from("<QQ", data, 136)
        stride = struct.unpack_from("<I", data, 152)[0] // 4
        self.mean = struct.unpack_from("<f", data, 164)[0]
        sections = {}
        for k in range(struct.unpack_from("<I", data, 96)[0]):
            name, _, offset, size = struct.unpack_from("<4sIQQ", data, 256 + 64 * k)
            sections[name.decode()] = data[offset:offset + size]

        def floats(name, count):
            return np.frombuffer(sections[name], np.float32)[:count] if name in sections else np.zeros(count, np.float32)

        self.items = floats("IVEC", items * stride).reshape(items, stride)[:, :self.dimension].astype(float)
        self.users = floats("UVEC", users * stride).reshape(users, stride)[:, :self.dimension].astype(float)
        self.item_biases = floats("IBIA", items).astype(float)
        self.user_biases = floats("UBIA", users).astype(float)
        self.item_row = self._rows(sections, "I", items)
        self.user_row = self._rows(sections, "U", users)
        record = sections["OBJV"]
        flags = record[7]
        self.range = struct.unpack_from("<dd", record, 56) if flags & 2 else None
        self.scale = struct.unpack_from("<dd", record, 80) if flags & 8 else None

    @staticmethod
    def _rows(sections, side, count):
        """From the caller's id, a number or a text, to the row."""
        if side + "SOF" in sections:
            offsets, text = np.frombuffer(sections[side + "SOF"], np.uint64), sections[side + "SBL"]
            return {text[int(offsets[r]):int(offsets[r + 1])].decode(): r for r in range(count)}
        return {int(id): row for row, id in enumerate(np.frombuffer(sections[side + "ID8"], np.uint64)[:count])}

    def predict(self, users, items):
        """The predicted ratings of pairs of ids; what is unknown of a pair drops out."""
        u = np.array([self.user_row.get(int(x), -1) for x in users])
        i = np.array([self.item_row.get(int(x), -1) for x in items])
        score = np.full(len(u), self.mean, float)
        score += np.where(u >= 0, self.user_biases[u], 0) + np.where(i >= 0, self.item_biases[i], 0)
        score += np.where((u >= 0) & (i >= 0), np.einsum("nd,nd->n", self.users[u], self.items[i]), 0)
        if self.range:
            score = self.range[0] + (self.range[1] - self.range[0]) / (1 + np.exp(-score))
        return np.clip(score, *self.scale) if self.scale else score
