import Testbench

/// Stalls that bring the mistakes of handshakes to light.
public let stallProfiles: [StallProfile] = [
  .never, .random(0.5), .bursts(stalled: 12, flowing: 12), .reluctant, .contrary, .mixed,
]
