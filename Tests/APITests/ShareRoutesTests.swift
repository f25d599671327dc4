import Composition
import Domain
import Foundation
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ShareRoutesTests {
    private static let png = TestPicture.png(exif: TestPicture.exif(orientation: 1, date: "2020:02:03 04:05:06"))

    /// Makes a share, and returns its JSON.
    private static func share(
        _ json: String, _ application: TestApplication, token: String
    ) async throws -> TestResponse {
        try await application.send(.post, "/v1/shares", json: json, token: token)
    }

    private static func url(_ share: TestResponse) throws -> String { try #require(share["url"].string) }

    /// The cookie that the password of a share is exchanged for.
    private static func cookie(
        _ url: String, _ password: String, _ application: TestApplication
    ) async throws -> String? {
        let answer = try await application.send(.post, url + "/access", json: #"{"password":"\#(password)"}"#)
        return answer.fields["Set-Cookie"].map { String($0.prefix { $0 != ";" }) }
    }

    @Test func `a visitor sees what a share gives, and nothing else`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(
                Self.png, "?title=owl&tags=bird&name=secret.png&attributes={\"a\":1}", token: ada)
            let other = try await application.upload(TestPicture.png(seed: 2), "?title=dog", token: ada)
            let (id, hidden) = (try #require(made["id"].string), try #require(other["id"].string))
            let share = try await Self.share(#"{"images":["\#(id)"],"title":"Owls"}"#, application, token: ada)
            #expect(share.status == 201 && share["title"] == "Owls" && share["kind"] == "images")
            #expect(share["hide_place"] == true && share["hide_camera"] == true && share["originals"] == false)
            #expect(share["has_password"] == false && share["uses"] == 0 && share["last_used"] == .null)
            let url = try Self.url(share)
            let token = try #require(share["token"].string)
            #expect(token.hasPrefix("tts_") && url == "/v1/shares/\(token)")
            let seen = try await application.get(url)
            #expect(seen.status == 200 && seen["title"] == "Owls" && seen["count"] == 1)
            #expect(seen["allows"] == ["originals": false, "place": false, "camera": false, "uploads": false])
            for answer in [seen, try await application.get(url + "/images/\(hidden)")] {
                #expect(answer.fields["Referrer-Policy"] == "no-referrer")
                #expect(answer.fields["X-Robots-Tag"] == "noindex" && answer.fields["Cache-Control"] == "no-store")
            }
            let list = try await application.get(url + "/images")
            #expect(list["ids"] == [made["id"]] && list["next"] == .null)
            let record = try await application.get(url + "/images/\(id)")
            #expect(record["title"] == "owl" && record["tags"] == ["bird"] && record["date_taken"] != .null)
            for name in [
                "digest", "file_name", "attributes", "owner", "visibility", "place", "camera", "exif", "rating",
            ] {
                #expect(record[name] == .null && list["images", 0, name] == .null, "\(name)")
            }
            for part in [
                "/thumbnail", "/full-size", "/render?width=20", "/iiif/info.json", "/iiif/full/max/0/default.jpg",
            ] {
                let file = try await application.get(url + "/images/\(id)\(part)")
                #expect(file.status == 200, "\(part)")
                if !part.hasSuffix("json") {
                    #expect(file.fields["Cache-Control"] == "private, no-cache", "\(part)")
                    #expect(file.fields["Content-Disposition"]?.contains("owl") == true)
                    #expect(file.fields["Content-Disposition"]?.contains("secret") == false)
                }
                #expect(try await application.get(url + "/images/\(hidden)\(part)").status == 404)
                // A share adds nothing elsewhere.
                #expect(try await application.get("/v1/images/\(id)\(part)").status == 404)
                #expect(try await application.get("/v1/images/\(id)\(part)", token: token).status >= 401)
            }
            #expect(try await application.get(url + "/images/\(id)/original").status == 403)
            #expect(try await application.get(url + "/images/\(id)/render?metadata=keep").status == 403)
            #expect(try await application.get(url + "/images/\(hidden)/original").status == 404)
            // Its owner, and an admin, get no more below that address.
            let boss = try await application.token(of: "boss", role: .admin)
            for token in [ada, boss, "nonsense"] {
                #expect(try await application.get(url + "/images/\(id)/original", token: token).status == 403)
                #expect(try await application.get(url + "/images/\(hidden)", token: token).status == 404)
            }
        }
    }

    @Test func `originals, place and camera are given as the share says`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let made = try await application.upload(Self.png, "?name=owl.png", token: ada)
            let id = try #require(made["id"].string)
            _ = try await application.send(
                .patch, "/v1/images/\(id)", json: #"{"place":{"latitude":1,"longitude":2}}"#, token: ada)
            let share = try await Self.share(
                #"{"images":["\#(id)"],"hide_place":false,"hide_camera":false}"#, application, token: ada)
            let (path, url) = ("/v1/shares/\(try #require(share["id"].string))", try Self.url(share))
            var record = try await application.get(url + "/images/\(id)")
            #expect(record["place", "latitude"] != .null && record["camera"] != .null)
            #expect(record["exif"] == .null && record["digest"] == .null && record["links", "original"] == .null)
            for body in [#"{"originals":true,"hide_place":true}"#, #"{"originals":true,"hide_camera":true}"#] {
                #expect(try await application.send(.patch, path, json: body, token: ada).status == 400)
            }
            let given = try await application.send(.patch, path, json: #"{"originals":true}"#, token: ada)
            #expect(given["originals"] == true && given["hide_place"] == false)
            record = try await application.get(url + "/images/\(id)")
            #expect(record["exif"] != .null && record["digest"] != .null && record["file_name"] == "owl.png")
            #expect(try await application.get(url + "/images/\(id)/original").body == Self.png)
            #expect(try await application.send(.patch, path, json: #"{"hide_place":true}"#, token: ada).status == 400)
            let hidden = try await application.send(.patch, path, json: #"{"originals":false}"#, token: ada)
            #expect(hidden["hide_place"] == true && hidden["hide_camera"] == true)
            #expect(try await application.get(url + "/images/\(id)/original").status == 403)
            record = try await application.get(url + "/images/\(id)")
            #expect(record["place"] == .null && record["camera"] == .null)
        }
    }

    @Test func `only the maker sees a share and its token, and an admin may end it`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let boss = try await application.token(of: "boss", role: .admin)
            let id = try #require(try await application.upload(Self.png, "?visibility=public", token: ada)["id"].string)
            for token in [bob, boss] {
                let refused = try await Self.share(#"{"images":["\#(id)"]}"#, application, token: token)
                #expect(refused.status == 404 && refused["pointer"] == "/images")
            }
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"a"}"#, token: ada)
            let albumID = try #require(album["id"].string)
            for token in [bob, boss] {
                #expect(try await Self.share(#"{"album":"\#(albumID)"}"#, application, token: token).status == 404)
            }
            let share = try await Self.share(#"{"images":["\#(id)"]}"#, application, token: ada)
            let path = "/v1/shares/\(try #require(share["id"].string))"
            #expect(try await application.get(path, token: ada).json == share.json)
            #expect(try await application.get("/v1/shares", token: ada)["shares", 0] == share.json)
            #expect(try await application.get(path, token: bob).status == 404)
            #expect(try await application.get(path).status == 401)
            #expect(try await application.get("/v1/shares").status == 401)
            #expect(try await application.get("/v1/shares", token: boss)["ids"] == [])
            #expect(try await application.get("/v1/shares?owner=ada", token: bob).status == 403)
            let listed = try await application.get("/v1/shares?owner=ada", token: boss)
            #expect(listed["ids"] == [share["id"]] && listed["shares", 0, "token"] == .null)
            #expect(try await application.get(path, token: boss)["url"] == .null)
            #expect(try await application.send(.patch, path, json: #"{"title":"x"}"#, token: bob).status == 404)
            #expect(try await application.send(.patch, path, json: #"{"title":"x"}"#, token: boss).status == 403)
            #expect(try await application.send(.delete, path, token: bob).status == 404)
            let reader = try await application.token(of: "ada", scopes: [.read])
            #expect(try await application.get(path, token: reader)["token"] == share["token"])
            #expect(try await application.send(.delete, path, token: reader).status == 403)
            #expect(try await Self.share(#"{"images":["\#(id)"]}"#, application, token: reader).status == 403)
            #expect(try await application.send(.delete, path, token: boss).status == 204)
            #expect(try await application.get(try Self.url(share)).status == 404)
            #expect(try await application.get(path, token: ada).status == 404)
        }
    }

    @Test func `a share is changed and ended only in the version that its maker has read`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let share = try await Self.share(#"{"query":"","title":"one"}"#, application, token: ada)
            let path = "/v1/shares/\(share["id"].string ?? "")"
            let first = try #require(share.fields["ETag"])
            #expect(try await application.get(path, token: ada).fields["ETag"] == first)
            // An opening is no change.
            _ = try await application.get(try Self.url(share))
            let body = #"{"title":"two"}"#
            let changed = try await application.send(.patch, path, json: body, ["If-Match": first], token: ada)
            let second = try #require(changed.fields["ETag"])
            #expect(changed.status == 200 && second != first)
            let stale: HTTPFields = ["If-Match": first]
            let refused = try await application.send(.patch, path, json: #"{"title":"three"}"#, stale, token: ada)
            #expect(refused.problem.hasPrefix("412 precondition-failed: "))
            #expect(try await application.send(.delete, path, stale, token: ada).status == 412)
            #expect(try await application.get(path, token: ada)["title"] == "two")
            #expect(try await application.send(.delete, path, ["If-Match": second], token: ada).status == 204)
        }
    }

    @Test func `a share that has ended shows nothing, not even what is kept open`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let id = try #require(try await application.upload(Self.png, token: ada)["id"].string)
            let share = try await Self.share(#"{"images":["\#(id)"]}"#, application, token: ada)
            let (path, url) = ("/v1/shares/\(try #require(share["id"].string))", try Self.url(share))
            let file = url + "/images/\(id)/thumbnail"
            let tag = try #require(try await application.get(file).fields["ETag"])
            #expect(try await application.get(file, ["If-None-Match": tag]).status == 304)
            let archive = try await application.send(.post, url + "/archives", json: "{}")
            #expect(archive.status == 201 && archive["files"] == 1)
            let zip = try #require(archive["url"].string)
            #expect(zip.hasPrefix(url + "/archives/"))
            #expect(try await application.get(zip).status == 200)
            // Where archives of everybody are, this one has nothing that everybody sees.
            let elsewhere = try #require(archive["id"].string)
            #expect(try await application.get("/v1/archives/\(elsewhere).zip").status == 410)
            let past = Timestamp.now.advanced(bySeconds: -5).description
            #expect(
                try await application.send(.patch, path, json: #"{"expires_at":"\#(past)"}"#, token: ada).status == 400)
            let soon = Timestamp.now.advanced(bySeconds: 3600).description
            let changed = try await application.send(.patch, path, json: #"{"expires_at":"\#(soon)"}"#, token: ada)
            #expect(changed.status == 200 && changed["expires_at"] != .null)
            #expect(try await application.send(.delete, path, token: ada).status == 204)
            let parts = ["", "/images", "/images/\(id)", "/images/\(id)/thumbnail", "/images/\(id)/render"]
            for target in parts.map({ url + $0 }) + [zip] {
                let gone = try await application.get(target, ["If-None-Match": tag])
                #expect(gone.status == 404 && gone["type"] == "/problems/not-found", "\(target)")
            }
            // A wrong token is the same as one that has ended.
            let wrong = String(url.dropLast(4)) + (url.hasSuffix("AAAA") ? "BBBB" : "AAAA")
            let (guessed, ended) = (try await application.get(wrong), try await application.get(url))
            #expect(guessed.json == ended.json && guessed.fields["Cache-Control"] == ended.fields["Cache-Control"])
            for text in ["tts_", "tts_x", "tts_\(String(repeating: "A", count: 64))"] {
                #expect(try await application.get("/v1/shares/\(text)").json == ended.json)
                #expect(try await application.get("/v1/shares/\(text)/images").json == ended.json)
            }
            #expect(try await application.get("/v1/shares/\(UUID())/images").json == ended.json)
        }
    }

    @Test func `a password is exchanged for a cookie of that share, until it is changed`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let id = try #require(try await application.upload(Self.png, token: ada)["id"].string)
            let share = try await Self.share(
                #"{"images":["\#(id)"],"title":"Secret","password":"open sesame"}"#, application, token: ada)
            let other = try await Self.share(
                #"{"images":["\#(id)"],"password":"open sesame"}"#, application, token: ada)
            #expect(share["has_password"] == true && share["password"] == .null)
            let (path, url) = ("/v1/shares/\(try #require(share["id"].string))", try Self.url(share))
            let parts = ["", "/images", "/images/\(id)", "/images/\(id)/thumbnail", "/images/\(id)/iiif/info.json"]
            for part in parts {
                let refused = try await application.get(url + part)
                #expect(refused.status == 401 && refused["type"] == "/problems/password-required", "\(part)")
                #expect(!refused.text.contains("Secret"))
            }
            #expect(try await application.send(.post, url + "/archives", json: "{}").status == 401)
            #expect(try await Self.cookie(url, "open", application) == nil)
            let answer = try await application.send(.post, url + "/access", json: #"{"password":"open sesame"}"#)
            let field = try #require(answer.fields["Set-Cookie"])
            for part in ["; Path=\(url);", "; HttpOnly", "; SameSite=Lax"] { #expect(field.contains(part), "\(part)") }
            #expect(answer["expires_at"] != .null && answer.fields["Cache-Control"] == "no-store")
            let cookie = try #require(try await Self.cookie(url, "open sesame", application))
            for part in parts {
                #expect(try await application.get(url + part, ["Cookie": cookie]).status == 200, "\(part)")
                #expect(try await application.get(try Self.url(other) + part, ["Cookie": cookie]).status == 401)
            }
            #expect(try await application.get(path, token: ada)["uses"] == 1)
            let forged = cookie.replacing("tintype_share=1", with: "tintype_share=2")
            #expect(forged != cookie)
            for bad in [forged, cookie + "A", "tintype_share=", "tintype_share=9999999999.", "tintype_share=x.y"] {
                #expect(try await application.get(url, ["Cookie": bad]).status == 401, "\(bad)")
            }
            for body in [#"{"password":"another one"}"#, #"{"password":null}"#] {
                #expect(try await application.send(.patch, path, json: body, token: ada).status == 200)
                let status = body.contains("null") ? 200 : 401
                #expect(try await application.get(url + "/images/\(id)/thumbnail", ["Cookie": cookie]).status == status)
            }
            #expect(
                try await application.send(.post, url + "/access", json: #"{"password":"another one"}"#).status == 409)
            for (password, status) in [("abc", 400), (String(repeating: "a", count: 1025), 400)] {
                #expect(
                    try await application.send(
                        .patch, path, json: #"{"password":"\#(password)"}"#, token: ada
                    ).status == status)
            }
        }
    }

    @Test func `guesses of a password are slowed down, whatever cookies and accounts they come with`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let id = try #require(try await application.upload(Self.png, token: ada)["id"].string)
            let share = try await Self.share(
                #"{"images":["\#(id)"],"password":"open sesame"}"#, application, token: ada)
            let url = try Self.url(share)
            var counts: [Int: Int] = [:]
            for number in 0..<10_000 {
                let answer = try await application.send(
                    .post, url + "/access", json: #"{"password":"guess \#(number)"}"#,
                    token: number % 2 == 0 ? ada : nil)
                counts[answer.status, default: 0] += 1
                if answer.status == 429 { #expect(answer.fields["Retry-After"] != nil) }
            }
            // Six at once; a slow machine may see one more leak.
            #expect(counts[401, default: 0] <= 8 && counts[401, default: 0] + counts[429, default: 0] == 10_000)
            #expect(
                try await application.send(.post, url + "/access", json: #"{"password":"open sesame"}"#).status == 429)
        }
    }

    @Test func `an archive has what the share shows, in its order, and originals only if they are given`() async throws
    {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            var ids: [String] = []
            for seed in 1...3 {
                let made = try await application.upload(
                    TestPicture.png(seed: UInt32(seed)), "?title=t\(seed)&name=n\(seed).png", token: ada)
                ids.append(try #require(made["id"].string))
                #expect(try await application.get("/v1/images/\(ids[seed - 1])/full-size", token: ada).status == 200)
            }
            let share = try await Self.share(
                #"{"images":["\#(ids[2])","\#(ids[0])"],"title":"Two"}"#, application, token: ada)
            let url = try Self.url(share)
            func archive(_ body: String) async throws -> TestResponse {
                try await application.send(.post, url + "/archives", json: body)
            }
            let made = try await archive(#"{"rendition":"original"}"#)
            #expect(made["files"] == 2 && made["name"] == "Two")
            let zip = try await application.get(try #require(made["url"].string))
            let text = String(decoding: zip.body.filter { $0 >= 32 && $0 < 127 }, as: UTF8.self)
            #expect(text.contains("t3.") && text.contains("t1.") && !text.contains("n1.") && !text.contains("t2."))
            #expect(try await archive(#"{"ids":["\#(ids[1])"]}"#).status == 404)
            #expect(try await archive(#"{"ids":["\#(ids[0])"]}"#)["files"] == 1)
            let path = "/v1/shares/\(try #require(share["id"].string))"
            _ = try await application.send(.patch, path, json: #"{"originals":true}"#, token: ada)
            let originals = try await archive("{}")
            let whole = try await application.get(try #require(originals["url"].string))
            #expect(String(decoding: whole.body.filter { $0 >= 32 && $0 < 127 }, as: UTF8.self).contains("n1.png"))
            _ = try await application.send(.delete, "/v1/images/\(ids[0])", token: ada)
            #expect(try await application.get(try #require(originals["url"].string)).status == 410)
            #expect(try await archive("{}")["files"] == 1)
        }
    }

    @Test func `visitors send new images into an album, as many as the share takes`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada", quotaBytes: 100_000)
            let album = try await application.send(.post, "/v1/albums", json: #"{"title":"in"}"#, token: ada)
            let id = try #require(album["id"].string)
            let own = try await application.upload(Self.png, "?title=mine", token: ada)
            let trashed = try await application.upload(TestPicture.png(seed: 2), "?title=gone", token: ada)
            _ = try await application.send(.delete, "/v1/images/\(try #require(trashed["id"].string))", token: ada)
            let size = Int64(Self.png.count)
            let share = try await Self.share(
                #"{"album":"\#(id)","uploads":{"album":"\#(id)","bytes":\#(3 * size),"count":3}}"#, application,
                token: ada)
            #expect(
                share["uploads"] == [
                    "album": album["id"], "bytes": .integer(3 * size), "count": 3, "used_bytes": 0, "used_count": 0,
                ])
            let (path, url) = ("/v1/shares/\(try #require(share["id"].string))", try Self.url(share))
            func send(_ bytes: [UInt8]) async throws -> TestResponse {
                try await application.send(
                    .post, url + "/images?name=holiday.png", ["Content-Type": "image/png"], body: [bytes])
            }
            #expect(try await application.get(url)["allows", "uploads"] == true)
            // The owner has both, and the visitor gets the same answer as for new ones.
            let (first, second) = (try await send(Self.png), try await send(TestPicture.png(seed: 2)))
            for answer in [first, second] { #expect(answer.status == 201 && answer.json.names == ["id", "state"]) }
            #expect(first["id"] != own["id"] && second["id"] != trashed["id"])
            #expect(try await application.get("/v1/trash", token: ada)["ids"] == [trashed["id"]])
            let list = try await application.get(url + "/images")
            #expect(list["ids"] == [first["id"], second["id"]] && list["images", 0, "title"] == "holiday")
            let record = try await application.get("/v1/images/\(try #require(first["id"].string))", token: ada)
            #expect(
                record["owner"] == "ada" && record["visibility"] == "private" && record["file_name"] == "holiday.png")
            #expect(try await send(Array("no image".utf8)).status == 415)
            let used = try await application.get(path, token: ada)["uploads"]
            #expect(used["used_count"] == 2)
            let other = Int64(TestPicture.png(seed: 2).count)
            #expect(used["used_bytes"] == .integer(size + other))
            let left = 2 * size - other
            #expect(try await application.get(url)["uploads"] == ["bytes_left": .integer(left), "count_left": 1])
            let large = try await send(TestPicture.png(width: 200, height: 200, seed: 3))
            #expect(
                large.status == 507 && large["type"] == "/problems/quota-exceeded"
                    && large["bytes_left"] == .integer(left))
            #expect(try await send(Self.png).status == 201)
            #expect(try await send(Self.png).status == 507)
            #expect(try await application.nothingIsStaged())
            let more = #"{"uploads":{"album":"\#(id)","bytes":900000,"count":50}}"#
            #expect(try await application.send(.patch, path, json: more, token: ada)["uploads", "used_count"] == 3)
            // The owner's own quota counts, and is not told.
            let full = try await send(TestPicture.png(width: 300, height: 300, seed: 4))
            #expect(
                full.status == 507 && full["type"] == "/problems/insufficient-storage" && full["bytes_left"] == .null)
            #expect(
                try await application.send(.patch, path, json: #"{"uploads":null}"#, token: ada)["uploads"] == .null)
            #expect(try await send(Self.png).status == 403)
            #expect(try await application.get(url)["uploads"] == .null)
            let bob = try await application.token(of: "bob")
            #expect(
                try await Self.share(
                    #"{"query":"a","uploads":{"album":"\#(id)","bytes":1,"count":1}}"#, application, token: bob
                ).status == 404)
            for wrong in [
                #"{"album":"\#(id)","bytes":0,"count":1}"#, #"{"album":"\#(id)","bytes":1,"count":0}"#,
                #"{"album":"\#(id)","bytes":1}"#, #"{"album":"\#(id)","bytes":1,"count":1,"x":1}"#,
            ] {
                #expect(
                    try await Self.share(#"{"query":"a","uploads":\#(wrong)}"#, application, token: ada).status == 400)
            }
        }
    }

    @Test func `what cannot be shared is refused by name`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let cases: [(body: String, type: String)] = [
                ("{}", "bad-request"), (#"{"images":[]}"#, "bad-request"), (#"{"images":["x"]}"#, "invalid-member"),
                (#"{"query":"a","album":"\#(UUID())"}"#, "bad-request"), (#"{"include_children":true}"#, "bad-request"),
                (#"{"query":"a","include_children":true}"#, "bad-request"),
                (#"{"query":"taken:nonsense"}"#, "malformed-search"), (#"{"query":"a","colour":1}"#, "unknown-member"),
                (#"{"query":"a","originals":true,"hide_place":true}"#, "bad-request"),
                (#"{"query":"a","expires_at":"2001-01-01T00:00:00Z"}"#, "bad-request"),
                (#"{"query":"a","title":"\#(String(repeating: "t", count: 201))"}"#, "bad-request"),
                (#"{"query":"a","password":"abc"}"#, "bad-request"), (#"{"album":"\#(UUID())"}"#, "not-found"),
            ]
            for (body, type) in cases {
                let refused = try await Self.share(body, application, token: ada)
                #expect(refused["type"] == .string("/problems/\(type)"), "\(body): \(refused.text)")
            }
            #expect(try await application.get("/v1/shares/x", token: ada).status == 400)
            #expect(try await application.get("/v1/shares", token: ada)["ids"] == [])
        }
    }
}
