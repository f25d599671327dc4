import API
import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ImageRoutesTests {
    private static let unknown = "/v1/images/00000000-0000-7000-8000-000000000000"
    private static let noImage = "404 not-found: There is no such image."

    private static let methods = """
        405 method-not-allowed: PUT is not possible here; these methods are: DELETE, GET, HEAD, OPTIONS, PATCH.
        """

    @Test func `reading a record supports conditions`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let path = try #require(made["links", "self"].string)
            let read = try await application.get(path)
            #expect(read.status == 200 && read.json == made.json.without("duplicate"))
            #expect(read.fields["Content-Type"] == "application/json")
            #expect(read.fields["Cache-Control"] == "private, no-cache")
            #expect(read.fields["Vary"] == "Authorization, Cookie")
            let tag = try #require(read.fields["ETag"])
            let same = try await application.get(path, ["If-None-Match": tag])
            #expect(same.status == 304 && same.body.isEmpty && same.fields["ETag"] == tag)
            #expect(same.fields["Content-Type"] == nil)
            #expect(try await application.get(path, ["If-None-Match": "\"other\""]).status == 200)
            #expect(
                try await application.get(path, ["If-Match": "\"other\""]).problem
                    == "412 precondition-failed: The record is not the one that your condition names.")
            let head = try await application.send(.head, path)
            #expect(head.status == 200 && head.fields["ETag"] == tag)
            let options = try await application.send(.options, path)
            #expect(options.status == 204 && options.fields["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH")
            #expect(try await application.send(.put, path).problem == Self.methods)
        }
    }

    @Test func `a change sets date and place, and null lets the file count again`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let path = try #require(try await application.upload(TestPicture.png())["links", "self"].string)
            func patch(_ body: String, _ type: String = "application/json") async throws -> TestResponse {
                try await application.send(.patch, path, ["Content-Type": type], body: [Array(body.utf8)])
            }
            let set = try await patch(#"{"date_taken": "1964-07", "place": {"latitude": 48.2, "longitude": -16.5}}"#)
            #expect(set.status == 200 && set["date_taken"] == "1964-07" && set["date_precision"] == "month")
            #expect(
                set["date_taken_source"] == "manual"
                    && set["place"] == ["latitude": .number(48.2), "longitude": .number(-16.5)])
            #expect(try await application.get(path + "/metadata")["place"] == set["place"])
            let higher = try await patch(
                #"{"place": {"latitude": 1, "longitude": 2, "altitude": 3}}"#, "application/merge-patch+json")
            #expect(higher["place", "altitude"] == 3 && higher["date_taken"] == "1964-07")
            let removed = try await patch(#"{"date_taken": null, "place": null}"#)
            #expect(removed["date_taken"] == .null && removed["place"] == .null && removed["date_precision"] == .null)
            for (body, word) in [
                (#"{"date_taken": "yesterday"}"#, "1964-07"), (#"{"date_taken": 1964}"#, "date_taken"),
                (#"{"place": {"latitude": 91, "longitude": 2}}"#, "-90 to 90"),
                (#"{"place": {"latitude": 9, "longitude": 2, "height": 1}}"#, "altitude"),
                (#"{"place": {"latitude": 9}}"#, "longitude"), (#"{"place": "here"}"#, "place"),
            ] {
                let refused = try await patch(body)
                #expect(refused.status == 400 || refused.status == 422)
                #expect(refused["detail"].string?.contains(word) == true, "\(refused["detail"])")
            }
            #expect(try await application.get(path)["version"] == removed["version"])
        }
    }

    @Test(arguments: [
        (HTTPMethod.get, "", "If-Match"), (.patch, "", "If-Match"), (.patch, "", "If-None-Match"),
        (.delete, "", "If-Match"), (.delete, "", "If-None-Match"), (.delete, "/thumbnail", "If-Match"),
        (.get, "/thumbnail", "If-Match"), (.put, "/compressed", "If-Match"), (.put, "/compressed", "If-None-Match"),
    ])
    func `a condition that cannot be read is refused`(method: HTTPMethod, path: String, name: String) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let image = try #require(made["links", "self"].string)
            #expect(try await application.get(image + "/thumbnail").status == 200)
            let tag = try #require(try await application.get(image).fields["ETag"])
            for value in [tag.replacing("\"", with: ""), "", "\"a\" b", "'a'"] {
                let answer = try await application.send(method, image + path, [name: value], body: [Array("{}".utf8)])
                #expect(
                    answer.problem
                        == "400 bad-request: The request cannot be read: \(name) must be * or a list of tags in quotes, as the field ETag has them."
                )
            }
            #expect(try await application.get(image).fields["ETag"] == tag)
            #expect(try await application.get(image + "/thumbnail", ["If-None-Match": "abc"]).status == 200)
        }
    }

    @Test func `a file is removed only if it is the one that the condition names`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let path = try #require(made["links", "self"].string) + "/thumbnail"
            let tag = try #require(try await application.get(path).fields["ETag"])
            #expect(
                try await application.send(.delete, path, ["If-Match": "\"other\""]).problem
                    == "412 precondition-failed: The thumbnail file that there is, or is not, is not what your condition says."
            )
            #expect(try await application.send(.delete, path + "?force=1").status == 400)
            #expect(try await application.send(.delete, path + "?v=0").status == 412)
            #expect(try await application.get(path).fields["ETag"] == tag)
            #expect(try await application.send(.delete, path, ["If-Match": tag]).status == 204)
        }
    }

    @Test func `a merge patch changes single attributes, and null removes`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(), "?tags=a&title=t&description=d")
            let path = try #require(made["links", "self"].string)
            func merge(_ body: String, _ fields: HTTPFields = [:]) async throws -> TestResponse {
                var fields = fields
                fields.append("Content-Type", "application/merge-patch+json; charset=utf-8")
                return try await application.send(.patch, path, fields, body: [Array(body.utf8)])
            }
            let first = try await merge(#"{"attributes":{"a":{"b":1,"c":2},"d":[1],"e":null}}"#)
            #expect(first.status == 200 && first["attributes"] == ["a": ["b": 1, "c": 2], "d": [1]])
            let second = try await merge(#"{"attributes":{"a":{"b":null,"f":{"g":null}},"d":"x"},"description":null}"#)
            #expect(second["attributes"] == ["a": ["c": 2, "f": [:]], "d": "x"])
            #expect(second["description"] == "" && second["title"] == "t" && second["tags"] == ["a"])
            #expect(try await merge(#"{"tags":null,"title":null,"attributes":null}"#)["tags"] == [])
            #expect(try await application.get(path)["attributes"] == [:])
            #expect(try await merge(#"{"visibility":null}"#).status == 400)
            #expect(try await merge(#"{"titel":"x"}"#).status == 400)
            let stale = try #require(first.fields["ETag"])
            #expect(try await merge(#"{"attributes":{"a":1}}"#, ["If-Match": stale]).status == 412)
            // Plain JSON replaces.
            _ = try await application.send(.patch, path, json: #"{"attributes":{"a":1}}"#)
            #expect(
                try await application.send(.patch, path, json: #"{"attributes":{"b":null}}"#)["attributes"]
                    == ["b": .null])
        }
    }

    @Test func `patches of different attributes at the same time all hold`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let path = try #require(made["links", "self"].string)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await application.send(
                            .patch, path, ["Content-Type": "application/merge-patch+json"],
                            body: [Array(#"{"attributes":{"k\#(number)":\#(number)}}"#.utf8)]
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [200, 200, 200, 200])
            #expect(try await application.get(path)["attributes"] == ["k0": 0, "k1": 1, "k2": 2, "k3": 3])
        }
    }

    @Test func `a token that may only write learns ids and links, and no record`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let writer = try await application.token(of: "ada", scopes: [.write])
            let png = TestPicture.png()
            let made = try await application.upload(png, "?title=secret", token: writer)
            #expect(made.status == 201 && made.json.names == ["id", "duplicate", "links"])
            let again = try await application.upload(png, token: writer)
            #expect(again.status == 200 && again["duplicate"] == true && again["id"] == made["id"])
            #expect(again.json.names == ["id", "duplicate", "links"])
            let path = try #require(made["links", "self"].string)
            let changed = try await application.send(.patch, path, json: #"{"title":"x"}"#, token: writer)
            #expect(changed.status == 200 && changed.json.names == ["id", "links"])
            #expect(try await application.get(path, token: writer).status == 403)
        }
    }

    @Test func `a change applies only to the named members, once for each version`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(), "?tags=a&description=d")
            let path = try #require(made["links", "self"].string)
            let body = """
                {"title":" Renamed ","tags":[" x","x","y",""],"visibility":"public","attributes":{"k":[1,{"l":null}]}}
                """
            let changed = try await application.send(.patch, path, json: body)
            #expect(changed.status == 200)
            #expect(changed["title"] == "Renamed" && changed["tags"] == ["x", "y"] && changed["description"] == "d")
            #expect(changed["visibility"] == "public" && changed["attributes"] == ["k": [1, ["l": .null]]])
            #expect(changed["version"] == 2)
            #expect(try await application.get(path).json == changed.json.without("former"))

            let tag = try #require(changed.fields["ETag"])
            let first = try await application.send(.patch, path, json: #"{"title":"first"}"#, ["If-Match": tag])
            #expect(first.status == 200 && first.fields["ETag"] != tag)
            let stale =
                "412 precondition-failed: The image has been changed since you read it: read it again, and repeat this."
            #expect(
                try await application.send(.patch, path, json: #"{"title":"second"}"#, ["If-Match": tag]).problem
                    == stale)
            #expect(try await application.send(.delete, path, ["If-Match": tag]).problem == stale)
            #expect(try await application.send(.delete, path, ["If-None-Match": "*"]).problem == stale)
            #expect(try await application.get(path)["title"] == "first")
            // Files that are made in the meantime do not count as a change.
            #expect(try await application.get("\(path)/thumbnail").status == 200)
            #expect(try await application.get(path).fields["ETag"] != first.fields["ETag"])
            let now = try #require(first.fields["ETag"])
            #expect(try await application.send(.patch, path, json: "{}", ["If-Match": now]).status == 200)
        }
    }

    @Test func `what a person says of an image is kept apart from what was sent, and can be reset`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png(), "?name=2024/IMG_0017.PNG")
            let path = try #require(made["links", "self"].string)
            #expect(made["title"] == "IMG_0017" && made["file_name"] == "IMG_0017.PNG")
            let own = #"{"title":"Lake","creator":"Ada","rights":"© Ada","rating":0,"file_name":"lake.tiff"}"#
            let changed = try await application.send(.patch, path, json: own)
            #expect(changed["creator"] == "Ada" && changed["rights"] == "© Ada" && changed["rating"] == 0)
            let original = try await application.get("\(path)/original?download=1")
            #expect(original.fields["Content-Disposition"]?.contains("\"lake.png\"") == true)
            let type: HTTPFields = ["Content-Type": "application/merge-patch+json"]
            for fields: HTTPFields in [[:], type] {
                let renamed = #"{"title":null,"file_name":"sea.png"}"#
                #expect(try await application.send(.patch, path, json: renamed, fields)["title"] == "sea")
                let reset = #"{"title":null,"creator":null,"rights":null,"rating":null,"file_name":null}"#
                let answer = try await application.send(.patch, path, json: reset, fields)
                #expect(
                    answer.json.without("version", "date_modified", "former")
                        == made.json.without("duplicate", "version", "date_modified"))
                #expect(try await application.send(.patch, path, json: own, fields).status == 200)
            }
            #expect(
                try await application.get("/v1/images?q=creator:ada+rating:0+file_name:lake")["ids"].count == 1)
        }
    }

    @Test func `malformed changes and changes beyond the limits are refused`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let path = try #require(made["links", "self"].string)
            func text(_ count: Int) -> String { String(repeating: "x", count: count) }
            let tags = (0..<101).map { "\"\($0)\"" }.joined(separator: ",")
            for (body, problem) in [
                (#"{"title":"\#(text(501))"}"#, "400 bad-request: A title may have at most 500 characters."),
                (
                    #"{"description":"\#(text(10_001))"}"#,
                    "400 bad-request: A description may have at most 10000 characters."
                ),
                (#"{"tags":["\#(text(101))"]}"#, "400 bad-request: A tag may have at most 100 characters."),
                (#"{"tags":[\#(tags)]}"#, "400 bad-request: An image may have at most 100 tags."),
                (
                    #"{"title":"ok","owner":"me"}"#,
                    "400 unknown-member: There is no member 'owner' here; only title, description, tags, attributes, visibility, date_taken, place, creator, rights, rating, rotation, file_name, external_id, public_original and public_place can be changed."
                ),
                (#"{"colour":"red"}"#, "400 unknown-member: There is no member 'colour' here; only title, "),
                (#"{"digest":"0"}"#, "400 unknown-member: There is no member 'digest' here; only title, "),
                (#"{"title":5}"#, "400 wrong-json-type: The member 'title' must be a text."),
                (#"{"tags":"a"}"#, "400 wrong-json-type: The member 'tags' must be an array."),
                (#"{"visibility":null}"#, "400 wrong-json-type: The member 'visibility' must be a text, and not null."),
                (#"{"rating":6}"#, "400 bad-request: A rating is a whole number from 0 to 5."),
                (#"{"rating":2.5}"#, "400 "), (#"{"rating":"5"}"#, "400 wrong-json-type: The member 'rating' must be "),
                (#"{"file_name":"a/b.jpg"}"#, "400 bad-request: A file_name has 1 to 255 bytes"),
                (#"{"creator":"\#(text(501))"}"#, "400 bad-request: A creator may have at most 500 characters."),
                (#"{"rights":["a"]}"#, "400 wrong-json-type: The member 'rights' must be a text"),
                (
                    #"{"visibility":"secret"}"#,
                    "400 invalid-member: The member 'visibility' is not accepted: one of public, private expected."
                ),
                ("", "400 malformed-json: The body is not valid JSON: it ends too early, after 0 bytes."),
                (text(1 << 20) + " ", "413 content-too-large: The body may have at most 1048576 bytes."),
            ] {
                let answer = try await application.send(.patch, path, json: body)
                #expect(answer.problem.hasPrefix(problem))
            }
            #expect(try await application.get(path).json == made.json.without("duplicate"))
            let most = (0..<100).map { "\"\($0)\(String(repeating: "x", count: 100 - "\($0)".count))\"" }
            for body in [
                #"{"title":"\#(text(500))"}"#, #"{"description":"\#(text(10_000))"}"#,
                #"{"tags":[\#(most.joined(separator: ","))]}"#,
            ] {
                #expect(try await application.send(.patch, path, json: body).status == 200)
            }
        }
    }

    @Test func `a malformed id and an unknown id are reported`() async throws {
        try await TestApplication.run { (application) async throws in
            let malformed = "400 malformed-id: 'x' is not the id of an image: ids are UUIDs, as lists have them."
            for part in ["", "/metadata", "/original", "/thumbnail", "/full-size", "/compressed"] {
                #expect(try await application.get("/v1/images/x\(part)").problem == malformed)
                #expect(try await application.get(Self.unknown + part).problem == Self.noImage)
                guard part != "/metadata" else { continue }
                #expect(try await application.send(.delete, "/v1/images/x\(part)").problem == malformed)
                #expect(try await application.send(.delete, Self.unknown + part).problem == Self.noImage)
            }
            #expect(try await application.send(.patch, Self.unknown, json: "{}").problem == Self.noImage)
            #expect(try await application.send(.patch, "/v1/images/x", json: "{}").problem == malformed)
        }
    }

    @Test func `an address with the version of its file may be kept for good`() async throws {
        try await TestApplication.run(settings: {
            $0.caching = FileCaching.Policy(publicSeconds: 5, privateSeconds: 7)
        }) { application in
            let shown = try await application.upload(TestPicture.png(), "?visibility=public&public_original=true")
            let hidden = try await application.upload(TestPicture.png(seed: 2))
            for name in ["original", "full_size", "thumbnail"] {
                let link = shown["links", name].string ?? ""
                let path = String(link.prefix { $0 != "?" })
                let file = try await application.get(link)
                #expect(file.fields["Cache-Control"] == "public, max-age=31536000, immutable")
                #expect(try await application.get(path).fields["Cache-Control"] == "public, max-age=5")
                #expect(try await application.get(path).body == file.body)
                let other = try await application.get(path + "?v=other&download=a%20b")
                #expect(other.status == 302 && other.fields["Location"] == link + "&download=a%20b")
                #expect(other.fields["Cache-Control"] == "no-store")
                let own = try await application.get(hidden["links", name].string ?? "")
                #expect(own.fields["Cache-Control"] == "private, max-age=31536000, immutable")
                #expect(own.fields["Vary"] == "Authorization, Cookie")
                #expect(
                    try await application.get(path + "?size=1").problem
                        == "400 bad-request: There is no parameter 'size' here; there are: download, expires, key, signature, v."
                )
            }
            let compressed = (shown["links", "self"].string ?? "") + "/compressed?v=1"
            #expect(try await application.get(compressed).status == 400)
        }
    }

    @Test func `a file is sent completely, in ranges, and under conditions`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let png = TestPicture.png()
            let made = try await application.upload(
                png, "?title=%C3%9Cber%20uns&visibility=public&public_original=true")
            let path = try #require(made["links", "self"].string) + "/original"
            let whole = try await application.get(path)
            #expect(whole.status == 200 && whole.body == png)
            let tag = try #require(whole.fields["ETag"])
            for (name, value) in [
                ("Content-Type", "image/png"), ("Accept-Ranges", "bytes"),
                ("Cache-Control", "public, max-age=3600"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
                ("Content-Disposition", "inline; filename=\"_ber uns.png\"; filename*=UTF-8''%C3%9Cber%20uns.png"),
            ] { #expect(whole.fields[name] == value) }
            #expect(whole.fields["Repr-Digest"]?.hasPrefix("sha-256=:") == true && whole.fields["Vary"] == nil)
            let saved = try await application.get(path + "?download")
            #expect(saved.fields["Content-Disposition"]?.hasPrefix("attachment; ") == true)

            for (range, expected) in [
                ("bytes=10-19", 10..<20), ("bytes=-5", png.count - 5..<png.count), ("bytes=8-", 8..<png.count),
            ] {
                let part = try await application.get(path, ["Range": range])
                #expect(part.status == 206 && part.body == Array(png[expected]))
                #expect(
                    part.fields["Content-Range"]
                        == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/\(png.count)")
            }
            let several = try await application.get(path, ["Range": "bytes=0-3,10-12"])
            #expect(several.status == 206)
            #expect(several.fields["Content-Type"] == "multipart/byteranges; boundary=tintype-test")
            let head = "Content-Type: image/png\r\nContent-Range: bytes "
            #expect(
                several.body == Array("\r\n--tintype-test\r\n\(head)0-3/\(png.count)\r\n\r\n".utf8) + png[0..<4]
                    + Array("\r\n--tintype-test\r\n\(head)10-12/\(png.count)\r\n\r\n".utf8) + png[10..<13]
                    + Array("\r\n--tintype-test--\r\n".utf8))
            let beyond = try await application.get(path, ["Range": "bytes=\(png.count)-"])
            #expect(
                beyond.problem
                    == "416 range-not-satisfiable: The file has \(png.count) bytes, and the range is beyond them.")
            #expect(beyond.fields["Content-Range"] == "bytes */\(png.count)")
            #expect(try await application.get(path, ["Range": "bytes=0-1", "If-Range": "\"other\""]).status == 200)
            #expect(try await application.get(path, ["Range": "bytes=0-1", "If-Range": tag]).status == 206)
            let same = try await application.get(path, ["If-None-Match": "\"x\", \(tag)"])
            #expect(same.status == 304 && same.body.isEmpty && same.fields["Cache-Control"] == "public, max-age=3600")
            #expect(
                try await application.get(path, ["If-Match": "\"x\""]).problem
                    == "412 precondition-failed: The file is not the one that your condition names.")
            #expect(try await application.send(.head, path).fields["ETag"] == tag)
            #expect(
                try await application.send(.post, path).problem
                    == "405 method-not-allowed: POST is not possible here; these methods are: DELETE, GET, HEAD, OPTIONS, PUT."
            )
        }
    }

    @Test func `a file can be removed and made again, but not the last one`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .now }) { application in
            let made = try await application.upload(TestPicture.png())
            #expect(made["state"] == "ready")
            let path = try #require(made["links", "self"].string)
            let removed = try await application.send(.delete, "\(path)/thumbnail")
            #expect(removed.status == 204 && removed.body.isEmpty)
            #expect(try application.files(in: "thumbnail") == [])
            #expect(
                try await application.send(.delete, "\(path)/thumbnail").problem
                    == "404 not-found: The image has no thumbnail file.")
            #expect(try await application.get(path)["state"] == "pending")
            #expect(try await application.get("\(path)/thumbnail").status == 200)
            #expect(try await application.get(path)["state"] == "ready")
            #expect(try application.files(in: "thumbnail").count == 1)

            #expect(try await application.send(.delete, "\(path)/original").status == 204)
            #expect(
                try await application.get("\(path)/original").problem
                    == "404 not-found: The original file of this image is not kept any more.")
            #expect(try await application.send(.delete, "\(path)/full-size").status == 204)
            #expect(
                try await application.send(.delete, "\(path)/thumbnail").problem
                    == "409 conflict: This is the only file that is left of the image: generate others first, or delete the image."
            )
            #expect(try await application.send(.delete, path + "?permanent=true").status == 204)
            #expect(try await application.get(path).problem == Self.noImage)
            for part in ["original", "full-size", "thumbnail"] { #expect(try application.files(in: part) == []) }
        }
    }

    @Test func `metadata has the camera, the files and the duplicates`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.derivationTime = .now }) { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let made = try await application.upload(TestPicture.png(), token: ada)
            let other = try await application.upload(
                TestPicture.png(), "?visibility=public&public_original=true", token: bob)
            let answer = try await application.get(made["links", "metadata"].string ?? "", token: ada)
            #expect(answer.status == 200)
            #expect(answer.json.names == ["image", "camera", "place", "orientation", "exif", "files", "duplicates"])
            #expect(answer["image"] == made.json.without("duplicate"))
            #expect(answer["place"] == .null && answer["orientation"] == 1 && answer["camera"] == [:])
            #expect(answer["exif"] == [:])
            #expect(answer["duplicates"] == [other["id"]])
            #expect(answer["files"].elements.map { $0["type"] } == ["original", "full-size", "thumbnail"])
            let original = answer["files", 0]
            #expect(original["bytes"] == .integer(Int64(TestPicture.png().count)) && original["format"] == "png")
            #expect(original["crc32"].string?.count == 8)
            // A private image of another account is not revealed.
            let seen = try await application.get(other["links", "metadata"].string ?? "", token: bob)
            #expect(seen["duplicates"] == [])
        }
    }

    @Test func `the owner and admins can see and change an image, and everybody can see a public one`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            let admin = try await application.token(of: "boss", role: .admin)
            let hidden = try await application.upload(TestPicture.png(seed: 1), token: ada)
            let shown = try await application.upload(TestPicture.png(seed: 2), "?visibility=public", token: ada)
            let path = try #require(hidden["links", "self"].string)
            let publicPath = try #require(shown["links", "self"].string)
            for part in ["", "/original", "/metadata", "/thumbnail"] {
                #expect(try await application.get(path + part).problem == Self.noImage)
                #expect(try await application.get(path + part, token: bob).problem == Self.noImage)
                #expect(try await application.get(path + part, token: ada).status == 200)
                #expect(try await application.get(path + part, token: admin).status == 200)
                let expected = part == "/original" ? 403 : 200
                #expect(try await application.get(publicPath + part).status == expected)
            }
            let file = try await application.get("\(path)/original", token: ada)
            #expect(file.fields["Cache-Control"] == "private, max-age=60")
            #expect(file.fields["Vary"] == "Authorization, Cookie")
            let foreign = """
                403 forbidden: The image belongs to another account: only that one, or an admin, may change it.
                """
            for part in ["", "/original"] {
                #expect(try await application.send(.delete, path + part, token: bob).problem == Self.noImage)
                #expect(try await application.send(.delete, publicPath + part, token: bob).problem == foreign)
                #expect(
                    try await application.send(.delete, publicPath + part).problem
                        == "401 unauthorized: This needs an account: log in (POST /v1/sessions), or send a token.")
            }
            #expect(try await application.send(.patch, path, json: "{}", token: bob).problem == Self.noImage)
            #expect(try await application.send(.patch, publicPath, json: "{}", token: bob).problem == foreign)
            #expect(try await application.send(.patch, path, json: "{}", token: admin).status == 200)
            #expect(try await application.get("/v1/images")["ids"] == [shown["id"]])
            #expect(try await application.get("/v1/images", token: bob)["ids"] == [shown["id"]])
            #expect(try await application.get("/v1/images", token: ada)["ids"] == [shown["id"], hidden["id"]])
        }
    }
}
