import Components
public import HDL

extension VirtualChannelRouter {
  /// What neighbours promise: packets with head and tail and one route, flits only with credits, credits only for flits.
  public var neighbours: Checker<VirtualChannelRouter> {
    let (count, places, sizes) = (sizes.channels, portCount, sizes)
    return Checker("neighbours", "Flits come with credits, and packets whole.") { io, m in
      for (place, link) in io.inputs.enumerated() {
        if count < 1 << link.channel.width {
          m.assume(
            link.channel .< UInt(count), "channel_exists_\(place)", "a flit comes by a channel that there is not")
        }
        if places < 1 << io.routes[place].width {
          m.assume(io.routes[place] .< UInt(places), "route_exists_\(place)", "a head goes to a port that there is not")
        }
        for channel in 0..<count {
          let comes = link.sends & (link.channel .== UInt(channel))
          let held = m.balance("held_\(place)_\(channel)", up: comes, down: link.credits[channel], width: 8)
          m.assume(
            !comes | (held .< UInt(sizes.depth)), "has_credit_\(place)_\(channel)", "a flit comes without a credit")
          let isOpen = m.register("is_open_\(place)_\(channel)", Bit.self, reset: 0)
          m.when(comes) { isOpen.next <== !link.flit.isTail }
          m.assume(
            !comes | (link.flit.isHead .== !isOpen), "begins_with_head_\(place)_\(channel)",
            "a packet does not begin with its head, or has two")
        }
      }
      for (place, link) in io.outputs.enumerated() {
        for channel in 0..<count {
          let goes = link.sends & (link.channel .== UInt(channel))
          let open = m.balance("open_\(place)_\(channel)", up: goes, down: link.credits[channel], width: 8)
          m.assume(
            !link.credits[channel] | (open .!= 0), "credit_is_due_\(place)_\(channel)", "a credit comes for no flit")
        }
      }
    }
  }

  /// What the router promises: no queue behind a link overflows, no credit is given twice, packets leave whole and unmixed.
  public var promises: [Checker<VirtualChannelRouter>] {
    let (count, sizes) = (sizes.channels, sizes)
    return [
      Checker("credits-out", "No more flits are under way than the queue behind the link has places.") { io, m in
        for (place, link) in io.outputs.enumerated() {
          for channel in 0..<count {
            let goes = link.sends & (link.channel .== UInt(channel))
            let open = m.balance("open_\(place)_\(channel)", up: goes, down: link.credits[channel], width: 8)
            m.assert(
              open .<= UInt(sizes.depth), "keeps_places_\(place)_\(channel)", "a flit was sent without a credit")
            m.cover(open .== UInt(sizes.depth), "fills_\(place)_\(channel)")
          }
        }
      },
      Checker("credits-in", "A credit is given once for each flit that came.") { io, m in
        for (place, link) in io.inputs.enumerated() {
          for channel in 0..<count {
            let comes = link.sends & (link.channel .== UInt(channel))
            let held = m.balance("held_\(place)_\(channel)", up: comes, down: link.credits[channel], width: 8)
            m.assert(
              !link.credits[channel] | (held .!= 0), "gives_each_once_\(place)_\(channel)",
              "a credit was given for no flit")
          }
        }
      },
      Checker(
        "wormhole", "Packets leave with head and tail, and none enters a virtual channel before the last has left."
      ) {
        io, m in
        for (place, link) in io.outputs.enumerated() {
          for channel in 0..<count {
            let goes = link.sends & (link.channel .== UInt(channel))
            let isOpen = m.register("is_open_\(place)_\(channel)", Bit.self, reset: 0)
            m.when(goes) { isOpen.next <== !link.flit.isTail }
            m.assert(
              !goes | (link.flit.isHead .== !isOpen), "packets_are_whole_\(place)_\(channel)",
              "a packet left without its head, or in the middle of another one")
          }
        }
      },
      Checker("unmixed", "Flits of different inputs and virtual channels do not mix in a packet.") { io, m in
        // Each flit carries the input and the channel that it came by.
        let mark = bits(for: max(1, portCount * count - 1))
        for (place, link) in io.inputs.enumerated() {
          for channel in 0..<count {
            let comes = link.sends & (link.channel .== UInt(channel))
            let own = UInt(place * count + channel)
            m.assume(
              !comes | (link.flit.data[0..<mark].asUnsigned .== own), "carries_its_origin_\(place)_\(channel)",
              "a flit does not carry its origin")
          }
        }
        for (place, link) in io.outputs.enumerated() {
          for channel in 0..<count {
            let goes = link.sends & (link.channel .== UInt(channel))
            let origin = link.flit.data[0..<mark]
            let first = m.register("origin_\(place)_\(channel)", origin, when: goes & link.flit.isHead)
            m.assert(
              !goes | link.flit.isHead | (origin .== first), "has_one_origin_\(place)_\(channel)",
              "a packet has flits of different origins")
          }
        }
      },
    ]
  }
}
