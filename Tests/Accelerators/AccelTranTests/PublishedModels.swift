import AccelTran

/// Models that the authors ran through their simulator: for each layer its width, its heads and its feed-forward stack.
///
/// Source: `dataset_accelerator.json` of jha-lab/transcode (BSD-3-Clause), figures only.
enum PublishedModels {
  /// The models, by number.
  static func all() throws -> [TransformerDictionary] {
    try text.split(separator: "#").map { try model(String($0)) }
  }

  private static func model(_ text: String) throws -> TransformerDictionary {
    let layers = try text.split(separator: "|").map { layer in
      let parts = layer.split(separator: ":").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
      let heads = try parts[1].flatMap { word in
        let pair = word.split(separator: "*")
        return Array(
          repeating: try TransformerDictionary.Head(String(pair[0])), count: pair.count == 2 ? Int(pair[1]) ?? 0 : 1)
      }
      return TransformerDictionary.Layer(
        heads: heads, hidden: Int(parts[0][0]) ?? 0, feedForward: parts[2].compactMap(Int.init))
    }
    return TransformerDictionary(layers: layers)
  }

  private static let text = """
    512: sa_wma_42*4 l_dft_42*2 c_9_42*2 c_13_42*4: 1024 4096 4096 | 768: sa_wma_64 c_9_64*8 c_13_64*3: 256 3072 |
    128: sa_sdp_10*3 l_dft_10*4 l_dct_10 c_9_10*4: 256 3072 2048 | 768: sa_wma_64*4 c_5_64 c_9_64 c_13_64*6: 4096 512
    512 | 512: sa_wma_42*2 l_dft_42 l_dct_42*2 c_5_42*2 c_9_42*4 c_13_42: 256 2048 3072 | 512: sa_sdp_42 sa_wma_42*5
    l_dft_42*4 c_9_42 c_13_42: 3072 2048 | 256: sa_sdp_21*2 sa_wma_21*2 l_dft_21*4 l_dct_21*2 c_13_21*2: 4096 3072
    1024 | 512: sa_wma_42 l_dft_42*2 l_dct_42*3 c_5_42*2 c_9_42*2 c_13_42*2: 3072 2048
    #
    768: sa_sdp_64 l_dft_64*6 c_9_64 c_13_64*4: 2048 1024 | 512: sa_wma_42*6 l_dft_42 c_5_42*5: 512 2048 2048 | 128:
    sa_sdp_10*2 l_dft_10 l_dct_10*3 c_13_10*6: 4096 512 | 128: sa_sdp_10 sa_wma_10 l_dft_10*2 l_dct_10*5 c_13_10*3:
    1024 2048 3072 | 512: sa_sdp_64*3 sa_wma_64*3 c_9_64 c_13_64: 3072 512 4096 | 768: sa_sdp_96 l_dct_96*2 c_9_96*3
    c_13_96*2: 4096 256 256 | 128: sa_sdp_16 l_dct_16*4 c_5_16*2 c_9_16: 2048 1024 | 128: sa_sdp_10*2 sa_wma_10
    l_dft_10 c_5_10*3 c_9_10*2 c_13_10*3: 4096 4096 4096
    #
    768: sa_sdp_64 sa_wma_64 l_dft_64*2 l_dct_64*5 c_5_64*2 c_9_64: 3072 512 1024 | 768: sa_sdp_64*5 sa_wma_64*2
    l_dct_64*2 c_9_64*2 c_13_64: 512 256 512 | 256: l_dft_21*4 l_dct_21 c_5_21*4 c_9_21 c_13_21*2: 2048 | 512:
    sa_sdp_42 l_dct_42*5 c_5_42*2 c_9_42*2 c_13_42*2: 512 2048 2048 | 128: sa_sdp_10*2 l_dct_10 c_5_10 c_9_10*7
    c_13_10: 3072 3072 4096 | 512: sa_wma_64 l_dft_64*2 l_dct_64*2 c_9_64 c_13_64*2: 256 256 1024 | 128: sa_sdp_10*4
    l_dct_10*5 c_13_10*3: 2048 3072 | 128: l_dct_10*4 c_9_10*5 c_13_10*3: 512 512 3072 | 128: sa_wma_10*2 l_dft_10
    c_5_10*4 c_9_10 c_13_10*4: 512 2048 3072 | 256: sa_sdp_21*3 sa_wma_21 l_dct_21*3 c_5_21 c_9_21*2 c_13_21*2: 512
    2048
    #
    128: sa_sdp_10*2 l_dft_10 c_9_10*9: 3072 4096 512 | 512: sa_sdp_42*2 l_dft_42*3 l_dct_42*7: 1024 4096 | 512:
    sa_sdp_42 sa_wma_42 l_dft_42*3 l_dct_42 c_9_42*3 c_13_42*3: 4096 256 4096 | 512: sa_wma_42 l_dft_42*4 l_dct_42
    c_5_42 c_9_42*4 c_13_42: 1024 1024 | 768: sa_sdp_64*2 sa_wma_64*3 l_dft_64 l_dct_64 c_9_64*4 c_13_64: 4096 256
    3072 | 128: sa_wma_10*2 l_dft_10*2 l_dct_10*2 c_5_10 c_9_10*5: 1024 256 1024 | 256: sa_sdp_21 l_dft_21 c_5_21*3
    c_9_21*3 c_13_21*4: 256 4096 | 768: sa_sdp_64*4 sa_wma_64 l_dft_64 l_dct_64*2 c_5_64 c_9_64*2 c_13_64: 4096 3072
    2048 | 768: sa_wma_64*6 l_dft_64 l_dct_64*2 c_9_64*3: 4096 3072 1024 | 512: sa_sdp_42*5 l_dft_42*4 c_5_42 c_9_42
    c_13_42: 256 1024 1024 | 256: sa_sdp_32 sa_wma_32*4 l_dct_32*2 c_5_32: 1024 2048 1024 | 512: sa_sdp_42 sa_wma_42*5
    c_9_42 c_13_42*5: 1024 3072 256
    #
    768: sa_sdp_64*2 sa_wma_64 l_dct_64*7 c_5_64 c_9_64: 1024 3072 | 128: sa_sdp_10*3 sa_wma_10*3 l_dft_10*3 c_9_10*3:
    3072 2048 256 | 256: sa_sdp_21*2 sa_wma_21*2 l_dft_21 l_dct_21*2 c_5_21*4 c_13_21: 2048 256 2048 | 512: sa_sdp_42
    l_dft_42*8 l_dct_42 c_5_42 c_13_42: 512 1024 512
    #
    128: sa_sdp_10*4 sa_wma_10 l_dct_10*4 c_9_10*3: 4096 4096 4096 | 128: sa_sdp_10*3 sa_wma_10*2 l_dct_10*2 c_5_10*2
    c_9_10 c_13_10*2: 1024 512 1024 | 768: sa_sdp_64*2 sa_wma_64*8 l_dft_64 c_13_64: 2048 2048 4096 | 128: sa_wma_16
    l_dft_16*4 l_dct_16*3: 256 2048 512 | 128: sa_wma_10 c_5_10*11: 2048 2048 | 256: sa_sdp_21*3 sa_wma_21*2
    l_dft_21*2 l_dct_21*3 c_9_21 c_13_21: 4096 4096 256 | 768: sa_sdp_64*5 sa_wma_64*2 l_dft_64*3 c_5_64 c_9_64: 3072
    1024 1024 | 512: sa_wma_42*2 l_dft_42 l_dct_42*3 c_5_42 c_9_42*3 c_13_42*2: 256 3072 4096
    #
    768: sa_wma_96 l_dft_96*3 c_9_96*2 c_13_96*2: 3072 2048 512 | 256: sa_sdp_21*4 sa_wma_21 l_dft_21*2 c_5_21
    c_9_21*4: 2048 512 1024 | 512: sa_sdp_42*2 sa_wma_42 l_dct_42*3 c_9_42 c_13_42*5: 4096 512 2048 | 768: sa_sdp_64
    l_dft_64*3 l_dct_64 c_9_64*7: 4096 512 4096 | 768: sa_sdp_96*4 l_dct_96*4: 4096 2048 | 768: sa_wma_64*2 l_dct_64*2
    c_5_64*3 c_9_64*3 c_13_64*2: 512 1024
    #
    128: sa_sdp_10*9 l_dft_10*2 l_dct_10: 3072 3072 4096 | 512: sa_sdp_42*3 sa_wma_42 l_dft_42 l_dct_42 c_9_42*2
    c_13_42*4: 512 1024 3072 | 256: sa_sdp_21*2 sa_wma_21*3 c_5_21 c_9_21*3 c_13_21*3: 3072 256 2048 | 128:
    sa_wma_10*7 l_dct_10*3 c_9_10*2: 256 1024 4096 | 768: sa_sdp_64*3 sa_wma_64 l_dft_64 l_dct_64*6 c_9_64: 256 1024 |
    128: sa_sdp_10*4 l_dft_10*2 l_dct_10*2 c_9_10*3 c_13_10: 256 2048 1024 | 512: sa_sdp_42 sa_wma_42 l_dft_42*2
    c_5_42*7 c_9_42: 3072 512 4096 | 256: sa_sdp_21*4 l_dct_21*4 c_5_21*2 c_13_21*2: 2048 256 256 | 256: sa_sdp_21*4
    sa_wma_21*3 l_dft_21 l_dct_21 c_9_21*2 c_13_21: 1024 512 2048 | 128: sa_sdp_10*5 sa_wma_10 l_dft_10 c_9_10*5: 512
    4096
    #
    256: sa_sdp_21*5 l_dft_21*5 l_dct_21 c_9_21: 256 256 256 | 128: sa_sdp_10*2 sa_wma_10 l_dct_10*2 c_5_10*2 c_9_10*4
    c_13_10: 3072 4096 4096 | 128: sa_sdp_10*4 sa_wma_10*3 l_dft_10*2 l_dct_10 c_5_10 c_13_10: 4096 3072 | 128:
    sa_sdp_10 l_dct_10 c_5_10*7 c_9_10*3: 3072 512 3072 | 256: sa_sdp_21*2 sa_wma_21 l_dft_21*3 l_dct_21*3 c_5_21
    c_9_21 c_13_21: 256 256 4096 | 128: sa_sdp_10*6 sa_wma_10 l_dft_10 c_5_10 c_9_10*2 c_13_10: 1024 512 4096 | 128:
    sa_sdp_10*3 sa_wma_10*2 l_dct_10 c_5_10*4 c_9_10 c_13_10: 1024 3072 1024 | 512: sa_sdp_42 l_dct_42*9 c_13_42*2:
    256 1024 3072 | 768: sa_sdp_64 sa_wma_64*6 l_dft_64*2 l_dct_64 c_13_64*2: 4096 4096 4096 | 512: sa_wma_42
    l_dft_42*2 l_dct_42*4 c_5_42*2 c_9_42 c_13_42*2: 1024 512 | 128: sa_wma_10*4 l_dft_10*4 l_dct_10*4: 3072 2048 3072
    | 256: sa_sdp_32*2 l_dft_32*2 l_dct_32*3 c_5_32: 512 3072
    #
    256: sa_sdp_32*3 sa_wma_32 l_dft_32*3 c_5_32: 2048 1024 3072 | 768: sa_wma_64*4 l_dft_64*5 l_dct_64 c_9_64
    c_13_64: 4096 3072 1024 | 128: sa_sdp_10 sa_wma_10*5 l_dft_10*4 l_dct_10 c_9_10: 1024 4096 256 | 128: sa_sdp_10*5
    l_dct_10*6 c_5_10: 2048 4096 512 | 768: sa_wma_64*4 l_dft_64 c_5_64 c_13_64*6: 256 2048 | 512: sa_sdp_64*2
    sa_wma_64 l_dct_64 c_9_64*3 c_13_64: 4096 256 3072 | 512: l_dct_42*6 c_5_42*4 c_9_42*2: 1024 1024 512 | 768:
    l_dft_64*3 l_dct_64*2 c_9_64*5 c_13_64*2: 3072 2048 3072 | 256: sa_sdp_21 l_dct_21*2 c_5_21*6 c_9_21*2 c_13_21:
    3072 512 4096 | 256: sa_sdp_21*4 sa_wma_21 l_dft_21*2 l_dct_21*2 c_5_21*2 c_9_21: 512 1024 4096 | 128: sa_sdp_10*7
    sa_wma_10 c_5_10*3 c_9_10: 1024 1024 256 | 512: l_dft_42*4 l_dct_42 c_5_42*4 c_13_42*3: 3072 512 2048
    #
    768: sa_wma_64 l_dft_64*9 c_5_64 c_9_64: 256 4096 2048 | 256: sa_sdp_21*8 sa_wma_21 l_dft_21 l_dct_21 c_13_21:
    1024 512 4096 | 512: sa_sdp_42*3 l_dft_42 c_5_42*5 c_9_42 c_13_42*2: 512 2048 | 512: sa_wma_42 l_dct_42*3 c_9_42
    c_13_42*7: 1024 2048 | 512: sa_wma_42 l_dct_42*5 c_9_42 c_13_42*5: 256 1024 512 | 768: sa_sdp_64*4 sa_wma_64*3
    l_dft_64 c_5_64*3 c_9_64: 3072 512 3072 | 768: sa_wma_96*2 c_5_96 c_13_96*5: 4096 256 1024 | 512: sa_sdp_64*3
    sa_wma_64 l_dft_64*2 c_5_64 c_9_64: 1024 4096 512
    #
    256: sa_wma_32 l_dft_32*5 c_5_32 c_9_32: 256 4096 4096 | 128: sa_wma_10*4 l_dft_10*3 l_dct_10 c_13_10*4: 256 512
    1024 | 512: sa_wma_42*2 l_dft_42*3 l_dct_42*2 c_9_42*4 c_13_42: 512 1024 512 | 256: l_dft_21 l_dct_21*7 c_5_21
    c_9_21*2 c_13_21: 512 4096 2048 | 256: sa_sdp_32*3 sa_wma_32 l_dft_32 c_5_32*2 c_9_32: 1024 512 1024 | 512:
    l_dft_42*2 l_dct_42*5 c_5_42 c_9_42*3 c_13_42: 3072 256 256 | 128: sa_sdp_10*2 sa_wma_10*3 l_dft_10 c_5_10*3
    c_9_10*3: 4096 512 512 | 512: sa_sdp_42*2 sa_wma_42*2 l_dft_42*2 l_dct_42*3 c_9_42*2 c_13_42: 3072 2048 256 | 768:
    sa_sdp_64 sa_wma_64 l_dft_64*4 c_5_64*2 c_9_64*3 c_13_64: 4096 3072 2048 | 768: sa_sdp_64 l_dft_64 l_dct_64*2
    c_5_64*6 c_13_64*2: 1024 1024 | 128: sa_sdp_16 sa_wma_16*2 c_5_16 c_13_16*4: 3072 3072 | 128: sa_wma_16 l_dft_16*3
    l_dct_16 c_5_16*2 c_9_16: 4096 256 512
    #
    128: sa_sdp_10 l_dft_10*5 c_5_10*3 c_9_10*2 c_13_10: 3072 2048 256 | 512: sa_sdp_42*3 sa_wma_42 c_5_42*6 c_9_42*2:
    1024 3072 2048
    #
    256: sa_wma_21*5 l_dct_21*2 c_5_21*4 c_9_21: 4096 256 512 | 256: sa_sdp_21*2 sa_wma_21 l_dft_21*3 l_dct_21*2
    c_9_21*2 c_13_21*2: 2048 1024 3072 | 128: sa_sdp_10*2 sa_wma_10*4 l_dct_10*4 c_9_10*2: 1024 4096 4096 | 128:
    sa_sdp_10*5 c_5_10*2 c_13_10*5: 1024 256 2048 | 512: sa_sdp_42*2 sa_wma_42 l_dft_42*4 l_dct_42 c_5_42*2 c_9_42
    c_13_42: 256 1024 | 256: sa_wma_21 l_dft_21*2 c_9_21*8 c_13_21: 4096 2048 2048 | 256: l_dct_32*3 c_9_32*2
    c_13_32*3: 256 256 512 | 512: sa_sdp_42*2 l_dft_42 l_dct_42*3 c_5_42 c_13_42*5: 512 3072 4096 | 768: sa_sdp_64*3
    sa_wma_64*2 l_dft_64*2 l_dct_64 c_5_64*2 c_9_64*2: 3072 1024 512 | 768: sa_wma_96 l_dft_96*5 c_13_96*2: 2048 4096
    1024 | 128: sa_sdp_16*3 sa_wma_16 l_dct_16*3 c_13_16: 3072 3072 2048 | 256: sa_sdp_21*2 sa_wma_21 l_dct_21*6
    c_5_21 c_9_21 c_13_21: 1024 1024 4096
    #
    256: sa_sdp_32*3 sa_wma_32 l_dct_32 c_5_32*2 c_9_32: 256 512 2048 | 256: sa_sdp_21 sa_wma_21 l_dct_21*3 c_9_21*4
    c_13_21*3: 256 512 256 | 768: sa_sdp_64 l_dft_64*2 l_dct_64*6 c_5_64*2 c_13_64: 1024 512 3072 | 512: sa_sdp_42
    sa_wma_42 l_dft_42*3 c_5_42*4 c_9_42*3: 256 512 512 | 512: l_dft_42*3 l_dct_42*4 c_9_42 c_13_42*4: 2048 256 3072 |
    128: sa_sdp_10*4 sa_wma_10*4 l_dft_10*2 c_5_10 c_9_10: 1024 1024 2048 | 128: sa_sdp_16*4 sa_wma_16*2 l_dft_16
    c_9_16: 512 4096 3072 | 512: sa_sdp_42*2 sa_wma_42*7 c_9_42*2 c_13_42: 512 256
    #
    512: sa_wma_42*2 l_dft_42*2 l_dct_42*6 c_9_42 c_13_42: 3072 1024 3072 | 512: sa_wma_42*3 l_dft_42*2 l_dct_42*3
    c_5_42*2 c_9_42 c_13_42: 4096 256 | 512: sa_wma_42 l_dft_42*2 l_dct_42 c_9_42*5 c_13_42*3: 512 512 512 | 128:
    sa_sdp_10*3 sa_wma_10*4 l_dft_10 c_5_10 c_9_10 c_13_10*2: 512 4096 | 768: sa_sdp_64*2 l_dft_64 c_5_64*3 c_13_64*6:
    4096 1024 1024 | 256: sa_sdp_21 sa_wma_21*3 c_5_21*3 c_9_21 c_13_21*4: 1024 512 512 | 256: sa_sdp_21*2 sa_wma_21
    l_dft_21 l_dct_21 c_5_21 c_9_21*5 c_13_21: 1024 1024 3072 | 256: sa_sdp_21 sa_wma_21 l_dft_21*2 c_9_21*6
    c_13_21*2: 512 1024 512 | 256: c_5_21*7 c_9_21*2 c_13_21*3: 4096 3072 | 768: sa_sdp_64 sa_wma_64*2 l_dct_64*2
    c_5_64*7: 4096 1024 2048 | 768: sa_wma_64*2 l_dft_64 l_dct_64 c_5_64*8: 256 256 2048 | 256: sa_wma_21*5 l_dft_21*4
    l_dct_21*3: 3072 3072 4096
    """
}
