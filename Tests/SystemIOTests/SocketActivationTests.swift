import Glibc
import SystemIO
import Testing

@Suite struct SocketActivationTests {
    @Test func `takes the descriptors that are for this process`() throws {
        let variables = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "2"]
        #expect(try SocketActivation.descriptors(environment: variables) == [3, 4])
        #expect(
            try SocketActivation.descriptors(environment: ["LISTEN_PID": "7", "LISTEN_FDS": "1"], process: 7) == [3])
    }

    @Test(arguments: [
        [:], ["LISTEN_FDS": "2"], ["LISTEN_PID": "8", "LISTEN_FDS": "2"], ["LISTEN_PID": "7", "LISTEN_FDS": "0"],
    ])
    func `there are none for another process`(variables: [String: String]) throws {
        #expect(try SocketActivation.descriptors(environment: variables, process: 7) == [])
    }

    @Test(arguments: [nil, "", "x", "-1", "9999999999"])
    func `a malformed number is refused`(count: String?) {
        var variables = ["LISTEN_PID": "7"]
        variables["LISTEN_FDS"] = count
        #expect(throws: SystemError.self) { try SocketActivation.descriptors(environment: variables, process: 7) }
    }
}
