import Streams
import HTTPServer
import HTTPTypes
import SystemIO
struct H: HTTPHandler {
  let file = try! FileDescriptor(opening: "/work/shared/corpus/near/butterfly_1-quarter.jpg", flags: 0)
  func respond(to r: HTTPRequest) async -> HTTPResponse {
    if r.method == .post { var n = 0; do { while let p = try await r.body.next() { n += p.count } } catch { return HTTPResponse(.badRequest, body: .bytes(Array("\(error)".utf8))) }; return HTTPResponse(.ok, body: .bytes(Array("\(n)\n".utf8))) }
    if r.target.path == "/early" { return HTTPResponse(.notFound) }
    let size = try! file.size()
    return HTTPResponse(.ok, fields: ["Content-Type": "image/jpeg", "ETag": "\"abc\""], body: .file(FileSlice(file: file, offset: 0, length: size)))
  }
  func refuse(_ r: HTTPRefusal) -> HTTPResponse { HTTPResponse(.badRequest, body: .bytes(Array("\(r)".utf8))) }
}
let s = try Server(host: "127.0.0.1", port: 5055, threads: 2, limits: ServerLimits(), handler: H())
print(s.port)
try await s.run()
