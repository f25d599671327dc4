import Domain
import Testing

@testable import Services

@Suite struct PyramidScheduleTests {
    private let start = ContinuousClock.now

    private func digest(_ number: Int) throws -> Digest {
        try #require(Digest(bytes: [UInt8(number & 255), UInt8(number >> 8)] + [UInt8](repeating: 0, count: 30)))
    }

    /// Asks until a pyramid is begun; returns the number of requests, nil for never.
    private func asks(_ schedule: inout PyramidSchedule, _ digest: Digest, after seconds: Int = 0) -> Int? {
        (1...20).first { _ in schedule.ask(digest, at: start + .seconds(seconds)) == .begin }
    }

    @Test func `the third request for parts of an image begins a pyramid, and later requests wait`() throws {
        var schedule = PyramidSchedule()
        let digest = try digest(1)
        #expect(schedule.ask(digest) == .goOn && schedule.ask(digest) == .goOn && schedule.underWay == nil)
        #expect(schedule.ask(digest) == .begin && schedule.underWay == digest)
        #expect(schedule.ask(digest) == .wait && schedule.ask(digest) == .wait)
    }

    @Test func `one pyramid is made at a time`() throws {
        var schedule = PyramidSchedule()
        let (first, second) = (try digest(1), try digest(2))
        #expect(asks(&schedule, first) == 3)
        #expect(asks(&schedule, second) == nil)
        schedule.end(.made, at: start)
        #expect(schedule.underWay == nil && schedule.ask(second, at: start) == .begin)
    }

    @Test(arguments: [
        (PyramidSchedule.Outcome.turnedAway, 9, 11), (.failed, 599, 601), (.tooLarge, 80_000, 90_000),
    ])
    func `a failed pyramid is not tried again for a while`(
        outcome: PyramidSchedule.Outcome, early: Int, late: Int
    ) throws {
        var schedule = PyramidSchedule()
        let digest = try digest(1)
        #expect(asks(&schedule, digest) == 3)
        schedule.end(outcome, at: start)
        #expect(asks(&schedule, digest, after: early) == nil)
        #expect(asks(&schedule, digest, after: late) == 1)
    }

    @Test func `a removed pyramid is made again at once, and then less and less often`() throws {
        var schedule = PyramidSchedule()
        let digest = try digest(1)
        var moment = 0
        for rest in [0, 30, 60, 120, 240, 480, 960, 1920, 1920] {
            #expect(asks(&schedule, digest, after: moment) != nil)
            schedule.end(.made, at: start + .seconds(moment))
            if rest > 0 { #expect(asks(&schedule, digest, after: moment + rest - 1) == nil) }
            moment += rest
        }
    }

    @Test func `the number of remembered contents is limited`() throws {
        var schedule = PyramidSchedule()
        for number in 0...PyramidSchedule.maximumContents {
            #expect(schedule.ask(try digest(number)) == .goOn)
        }
        #expect(asks(&schedule, try digest(0)) == 3)
        schedule.end(.made)
        schedule.end(.made)
        #expect(schedule.underWay == nil)
    }
}
