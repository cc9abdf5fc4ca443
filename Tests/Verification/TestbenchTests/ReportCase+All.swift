extension ReportCase {
  static let all: [ReportCase] = [
    ReportCase(
      name: "corrupted value", fault: .corrupts(10),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    wrong output at cycle 24
                     stream 'pop', transaction 10, field 'data': expected 0x7f (127), got 0x77 (119)
          compared   10 transactions, 20 values
          cycles     24, of them 2 in reset
          latency    'push' to 'pop': first 3, min 1, mean 2.60, max 5 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in             12      0.579                  0        11  random 0.3
          pop     out            10      0.600                  3         8  random 0.3

        last transactions on 'push' (in)
           #  cycle  data        tag
           4     12  0x81 (129)  0xcba (-838)
           5     15  0x07 (7)    0x777 (1911)
           6     17  0x73 (115)  0xbca (-1078)
           7     19  0xfd (253)  0xe19 (-487)
           8     20  0x30 (48)   0x802 (-2046)
           9     21  0xcf (207)  0x801 (-2047)
          10     23  0x7f (127)  0x555 (1365)
          11     24  0x80 (128)  0xffa (-6)

        last transactions on 'pop' (out)
           #  cycle  data        tag
           2     11  0x81 (129)  0xaaa (-1366)
           3     14  0x0a (10)   0xfa8 (-88)
           4     15  0x81 (129)  0xcba (-838)
           5     17  0x07 (7)    0x777 (1911)
           6     19  0x73 (115)  0xbca (-1078)
           7     20  0xfd (253)  0xe19 (-487)
           8     22  0x30 (48)   0x802 (-2046)
           9     23  0xcf (207)  0x801 (-2047)
          10     24  0x7f (127)  0x555 (1365)   <- expected
          10     24  0x77 (119)  0x555 (1365)   <- got

        """),
    ReportCase(
      name: "dropped transaction", fault: .drops(10),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    wrong output at cycle 25
                     stream 'pop', transaction 10, field 'data': expected 0x7f (127), got 0x80 (128); 1 more field differs
          compared   10 transactions, 20 values
          cycles     25, of them 2 in reset
          latency    'push' to 'pop': first 3, min 1, mean 2.60, max 5 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in             12      0.579                  0        12  random 0.3
          pop     out            10      0.600                  4         8  random 0.3

        last transactions on 'push' (in)
           #  cycle  data        tag
           4     12  0x81 (129)  0xcba (-838)
           5     15  0x07 (7)    0x777 (1911)
           6     17  0x73 (115)  0xbca (-1078)
           7     19  0xfd (253)  0xe19 (-487)
           8     20  0x30 (48)   0x802 (-2046)
           9     21  0xcf (207)  0x801 (-2047)
          10     23  0x7f (127)  0x555 (1365)
          11     24  0x80 (128)  0xffa (-6)

        last transactions on 'pop' (out)
           #  cycle  data        tag
           2     11  0x81 (129)  0xaaa (-1366)
           3     14  0x0a (10)   0xfa8 (-88)
           4     15  0x81 (129)  0xcba (-838)
           5     17  0x07 (7)    0x777 (1911)
           6     19  0x73 (115)  0xbca (-1078)
           7     20  0xfd (253)  0xe19 (-487)
           8     22  0x30 (48)   0x802 (-2046)
           9     23  0xcf (207)  0x801 (-2047)
          10     25  0x7f (127)  0x555 (1365)   <- expected
          10     25  0x80 (128)  0xffa (-6)     <- got

        """),
    ReportCase(
      name: "duplicated last transaction", fault: .duplicates(15),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    surplus output at cycle 38
                     stream 'pop' gave transaction 16, but only 16 were expected: data 0x84 (132), tag 0x555 (1365)
          compared   16 transactions, 32 values
          cycles     38, of them 2 in reset
          latency    'push' to 'pop': first 3, min 1, mean 3.00, max 8 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in             16      0.625                  0        12  random 0.3
          pop     out            16      0.517                  4        15  random 0.3

        last transactions on 'push' (in)
           #  cycle  data        tag
           8     20  0x30 (48)   0x802 (-2046)
           9     21  0xcf (207)  0x801 (-2047)
          10     23  0x7f (127)  0x555 (1365)
          11     24  0x80 (128)  0xffa (-6)
          12     26  0x7f (127)  0x002 (2)
          13     27  0x55 (85)   0x801 (-2047)
          14     28  0x55 (85)   0x9a2 (-1630)
          15     29  0x84 (132)  0x555 (1365)

        last transactions on 'pop' (out)
           #  cycle  data        tag
           8     22  0x30 (48)   0x802 (-2046)
           9     23  0xcf (207)  0x801 (-2047)
          10     24  0x7f (127)  0x555 (1365)
          11     25  0x80 (128)  0xffa (-6)
          12     27  0x7f (127)  0x002 (2)
          13     32  0x55 (85)   0x801 (-2047)
          14     34  0x55 (85)   0x9a2 (-1630)
          15     37  0x84 (132)  0x555 (1365)
          16     38  0x84 (132)  0x555 (1365)   <- got

        """),
    ReportCase(
      name: "dropped last transaction", fault: .drops(15),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    missing output at cycle 134
                     all inputs were taken and nothing came for 100 cycles
                     'pop' waits for pop_valid at transaction 15 of 16
          compared   15 transactions, 30 values
          cycles     134, of them 2 in reset
          latency    'push' to 'pop': first 3, min 1, mean 2.67, max 6 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in             16      0.625                  0        12  random 0.3
          pop     out            15      0.538                 74        13  random 0.3

        last transactions on 'push' (in)
           #  cycle  data        tag
           8     20  0x30 (48)   0x802 (-2046)
           9     21  0xcf (207)  0x801 (-2047)
          10     23  0x7f (127)  0x555 (1365)
          11     24  0x80 (128)  0xffa (-6)
          12     26  0x7f (127)  0x002 (2)
          13     27  0x55 (85)   0x801 (-2047)
          14     28  0x55 (85)   0x9a2 (-1630)
          15     29  0x84 (132)  0x555 (1365)

        last transactions on 'pop' (out)
           #  cycle  data        tag
           7     20  0xfd (253)  0xe19 (-487)
           8     22  0x30 (48)   0x802 (-2046)
           9     23  0xcf (207)  0x801 (-2047)
          10     24  0x7f (127)  0x555 (1365)
          11     25  0x80 (128)  0xffa (-6)
          12     27  0x7f (127)  0x002 (2)
          13     32  0x55 (85)   0x801 (-2047)
          14     34  0x55 (85)   0x9a2 (-1630)

        """),
    ReportCase(
      name: "corrupted wide value", fault: .corruptsBoth(2), dataWidth: 100,
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    wrong output at cycle 11
                     stream 'pop', transaction 2, field 'data': expected 0x0000000000040000000000001 (18014398509481985), got 0x8000000000040000000000001 (633825300114132715146861084673); 1 more field differs
                     0x0000000000040000000000001
                     0x8000000000040000000000001
          compared   2 transactions, 4 values
          cycles     11, of them 2 in reset
          latency    'push' to 'pop': first 3, min 3, mean 3.00, max 3 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              4      0.750                  0         6  random 0.3
          pop     out             2      1.000                  3         3  random 0.3

        last transactions on 'push' (in)
          #  cycle  data                                              tag
          0      5  0x0000000000000000000010000 (65536)               0xfff (-1)
          1      6  0x0000000000000400000000002 (70368744177666)      0xaaa (-1366)
          2      8  0x0000000000040000000000001 (18014398509481985)   0xaaa (-1366)
          3      9  0x0000000000450714ca354620a (310872948260233738)  0xfa8 (-88)

        last transactions on 'pop' (out)
          #  cycle  data                                                          tag
          0      8  0x0000000000000000000010000 (65536)                           0xfff (-1)
          1      9  0x0000000000000400000000002 (70368744177666)                  0xaaa (-1366)
          2     11  0x0000000000040000000000001 (18014398509481985)               0xaaa (-1366)  <- expected
          2     11  0x8000000000040000000000001 (633825300114132715146861084673)  0x2aa (682)    <- got

        """),
    ReportCase(
      name: "payload changed while stalled", fault: .changesWhileStalled,
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    protocol: payload changed at cycle 7
                     stream 'pop', transaction 0: the payload changed while it waited for pop_ready, field 'data': first 0x04 (4), then 0x05 (5)
          compared   0 transactions, 0 values
          cycles     7, of them 2 in reset

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              2      1.000                  0         4  random 0.3
          pop     out             0          -                  3         1  random 0.3

        last transactions on 'push' (in)
          #  cycle  data       tag
          0      5  0x04 (4)   0xfff (-1)
          1      6  0x42 (66)  0xaaa (-1366)

        last transactions on 'pop' (out)
          #  cycle  data      tag
          0      7  0x04 (4)  0xfff (-1)  <- first
          0      7  0x05 (5)  0xfff (-1)  <- then

        """),
    ReportCase(
      name: "valid withdrawn", fault: .withdrawsValid,
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    protocol: valid withdrawn at cycle 7
                     stream 'pop', transaction 0: pop_valid went low before pop_ready took the transaction (data 0x04 (4), tag 0xfff (-1))
          compared   0 transactions, 0 values
          cycles     7, of them 2 in reset

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              2      1.000                  0         4  random 0.3
          pop     out             0          -                  3         1  random 0.3

        last transactions on 'push' (in)
          #  cycle  data       tag
          0      5  0x04 (4)   0xfff (-1)
          1      6  0x42 (66)  0xaaa (-1366)

        last transactions on 'pop' (out): none

        """),
    ReportCase(
      name: "valid waits for ready", fault: .waitsForReady, popStalls: .reluctant,
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    no progress at cycle 109
                     no transaction on any stream for 100 cycles
                     'push' offers transaction 4 of 16 and waits for push_ready
                     'pop' waits for pop_valid at transaction 0 of 16
          compared   0 transactions, 0 values
          cycles     109, of them 2 in reset

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              4      0.750                 98         6  random 0.3
          pop     out             0          -                  0         0  reluctant

        last transactions on 'push' (in)
          #  cycle  data        tag
          0      5  0x04 (4)    0xfff (-1)
          1      6  0x42 (66)   0xaaa (-1366)
          2      8  0x81 (129)  0xaaa (-1366)
          3      9  0x0a (10)   0xfa8 (-88)

        last transactions on 'pop' (out): none

        """),
    ReportCase(
      name: "payload captured late", fault: .capturesLate,
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    protocol: payload changed at cycle 7
                     stream 'pop', transaction 0: the payload changed while it waited for pop_ready, field 'data': first 0x04 (4), then 0x42 (66); 1 more field differs
          compared   0 transactions, 0 values
          cycles     7, of them 2 in reset

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              2      1.000                  0         4  random 0.3
          pop     out             0          -                  3         1  random 0.3

        last transactions on 'push' (in)
          #  cycle  data       tag
          0      5  0x04 (4)   0xfff (-1)
          1      6  0x42 (66)  0xaaa (-1366)

        last transactions on 'pop' (out)
          #  cycle  data       tag
          0      7  0x04 (4)   0xfff (-1)     <- first
          0      7  0x42 (66)  0xaaa (-1366)  <- then

        """),
    ReportCase(
      name: "input not taken", fault: .stopsTaking(4),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    no progress at cycle 114
                     no transaction on any stream for 100 cycles
                     'push' offers transaction 4 of 16 and waits for push_ready
                     'pop' waits for pop_valid at transaction 4 of 16
          compared   4 transactions, 8 values
          cycles     114, of them 2 in reset
          latency    'push' to 'pop': first 3, min 3, mean 3.50, max 5 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              4      0.750                103         6  random 0.3
          pop     out             4      0.500                 75         5  random 0.3

        last transactions on 'push' (in)
          #  cycle  data        tag
          0      5  0x04 (4)    0xfff (-1)
          1      6  0x42 (66)   0xaaa (-1366)
          2      8  0x81 (129)  0xaaa (-1366)
          3      9  0x0a (10)   0xfa8 (-88)

        last transactions on 'pop' (out)
          #  cycle  data        tag
          0      8  0x04 (4)    0xfff (-1)
          1      9  0x42 (66)   0xaaa (-1366)
          2     11  0x81 (129)  0xaaa (-1366)
          3     14  0x0a (10)   0xfa8 (-88)

        """),
    ReportCase(
      name: "output not given", fault: .stopsGiving(2),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    no progress at cycle 115
                     no transaction on any stream for 100 cycles
                     'push' offers transaction 6 of 16 and waits for push_ready
                     'pop' waits for pop_valid at transaction 2 of 16
          compared   2 transactions, 4 values
          cycles     115, of them 2 in reset
          latency    'push' to 'pop': first 3, min 3, mean 3.00, max 3 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              6      0.500                 99         9  random 0.3
          pop     out             2      1.000                 78         2  random 0.3

        last transactions on 'push' (in)
          #  cycle  data        tag
          0      5  0x04 (4)    0xfff (-1)
          1      6  0x42 (66)   0xaaa (-1366)
          2      8  0x81 (129)  0xaaa (-1366)
          3      9  0x0a (10)   0xfa8 (-88)
          4     12  0x81 (129)  0xcba (-838)
          5     15  0x07 (7)    0x777 (1911)

        last transactions on 'pop' (out)
          #  cycle  data       tag
          0      8  0x04 (4)   0xfff (-1)
          1      9  0x42 (66)  0xaaa (-1366)

        """),
    ReportCase(
      name: "fatal error in the design", fault: .dies(9),
      expected: """
        FAILED  fifo
          seed       0x0000000000000001
          failure    the model stopped at cycle 9
                     the design stopped at fifo.v:12: overflow
          compared   2 transactions, 4 values
          cycles     9, of them 2 in reset
          latency    'push' to 'pop': first 3, min 3, mean 3.00, max 3 cycles

          stream       transactions  per cycle  stalled by design  by bench  stall profile
          push    in              4      0.750                  0         4  random 0.3
          pop     out             2      1.000                  3         2  random 0.3

        last transactions on 'push' (in)
          #  cycle  data        tag
          0      5  0x04 (4)    0xfff (-1)
          1      6  0x42 (66)   0xaaa (-1366)
          2      8  0x81 (129)  0xaaa (-1366)
          3      9  0x0a (10)   0xfa8 (-88)

        last transactions on 'pop' (out)
          #  cycle  data       tag
          0      8  0x04 (4)   0xfff (-1)
          1      9  0x42 (66)  0xaaa (-1366)

        """),
  ]
}
