/// The virtual time of those who share something fairly: it runs as fast as each of them gets its share.
///
/// Everybody's next turn starts, in virtual time, when its last one ended, or now if it was not waiting. The turn that
/// would end first is next (weighted fair queueing; Demers, Keshav and Shenker, 1989): cheap turns come before dear
/// ones, and dear ones when everybody has had as much.
struct FairClock {
    /// How far the start of a turn may lie behind now, in seconds: whoever has had less than its share for long does
    /// not get all of it at once. Turns of up to this length still get before those of newcomers in the end.
    static let longestLag = RenderAdmission.dearSeconds

    private(set) var now = 0.0

    /// When a turn would end.
    func end(ofTurnFrom start: Double, seconds: Double) -> Double {
        // The start of a longer turn must not move, or it would never come.
        (seconds > Self.longestLag ? start : max(start, now - Self.longestLag)) + seconds
    }

    /// Counts a turn that was taken while so many shared.
    mutating func count(_ seconds: Double, of sharers: Int) { now += seconds / Double(max(1, sharers)) }
}
