import Testing

@testable import SystemIO

@Suite struct MachineMemoryTests {
    @Test func `reads the memory of the machine and the limit of a control group`() {
        #expect(MachineMemory.total(of: "MemTotal:       16384 kB\nMemFree: 1 kB\n") == 16 << 20)
        #expect(MachineMemory.limit(of: "1048576\n") == 1 << 20)
        #expect(MachineMemory.bytes ?? 0 > 0)
    }

    @Test(arguments: ["", "MemFree: 1 kB", "MemTotal: x kB", "MemTotal: 5 MB"])
    func `another form tells nothing`(text: String) {
        #expect(MachineMemory.total(of: text) == nil)
    }

    @Test func `a control group may have no limit`() {
        #expect(MachineMemory.limit(of: "max\n") == nil)
    }
}
