"""Prints the test vectors of the random generator and its derivations from the published algorithms, in Python's unbounded integers."""

M = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & M
        yield mix(state)


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & M


def xoshiro(s):
    s = list(s)
    while True:
        yield (rotate((s[1] * 5) & M, 7) * 9) & M
        t = (s[1] << 17) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def seeded(seed):
    g = splitmix(seed)
    return xoshiro([next(g) for _ in range(4)])


def below(g, bound):
    product = next(g) * bound
    if product & M < bound:
        threshold = (1 << 64) % bound
        while product & M < threshold:
            product = next(g) * bound
    return product >> 64


def derived(master, name, index):
    h = 0xCBF29CE484222325
    for byte in master.to_bytes(8, "little") + name.encode() + b"\xff" + index.to_bytes(8, "little"):
        h = ((h ^ byte) * 0x100000001B3) & M
    return mix(h)


def take(g, n):
    return [next(g) for _ in range(n)]


print("splitmix 1234567", take(splitmix(1234567), 3))
print("xoshiro 1,2,3,4", take(xoshiro([1, 2, 3, 4]), 10))
print("xoshiro seed 42", take(seeded(42), 3))
g = seeded(42)
print("below 10", [below(g, 10) for _ in range(8)])
g = seeded(7)
print("below 2^62+1", [below(g, (1 << 62) + 1) for _ in range(4)])
print("derived", hex(derived(42, "adder", 3)), hex(derived(0, "", 0)), hex(derived(M, "é", 1)))
