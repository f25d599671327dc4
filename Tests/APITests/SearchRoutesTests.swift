import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct SearchRoutesTests {
    @Test func `facets count the matching images by value`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            for (seed, query) in [(1, "?tags=sea,boat"), (2, "?tags=sea&visibility=public"), (3, "?tags=berg")] {
                let answer = try await application.upload(TestPicture.png(seed: UInt32(seed)), query, token: ada)
                #expect(answer.status == 201)
            }
            let all = try await application.get("/v1/images/facets", token: ada)
            #expect(all.status == 200 && all["images"] == 3 && all["exact"] == true)
            #expect(all["formats"] == [["value": "png", "count": 3]])
            #expect(all["tags", 0] == ["value": "sea", "count": 2] && all["tags"].count == 3)
            #expect(all["years"] == [] && all["cameras"] == [])
            let boats = try await application.get("/v1/images/facets?q=boat&limit=1", token: ada)
            #expect(boats["images"] == 1 && boats["tags"].count == 1)
            // For a stranger only public images are counted.
            let seen = try await application.get("/v1/images/facets")
            #expect(seen["images"] == 1 && seen["tags"] == [["value": "sea", "count": 1]])
            for (query, problem) in [
                (
                    "limit=101",
                    "400 bad-request: The parameter 'limit' must be a whole number from 1 to 100, not '101'."
                ),
                ("limit=0", "400 bad-request: The parameter 'limit' must be a whole number from 1 to 100, not '0'."),
                ("sort=added", "400 bad-request: There is no parameter 'sort' here; there are: added_from, added_to, "),
                ("cursor=x", "400 bad-request: There is no parameter 'cursor' here; there are: "),
            ] {
                #expect(try await application.get("/v1/images/facets?\(query)").problem.hasPrefix(problem))
            }
        }
    }

    @Test func `attributes are found by their exact values, and counted`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            var ids: [JSONValue] = []
            for (seed, attributes) in [
                #"{"store_name":"Nord","barcode":40063}"#, #"{"store_name":"Nord","barcode":"40064"}"#,
                #"{"Store_Name":"nord"}"#,
            ].enumerated() {
                let form = TestForm().file(TestPicture.png(seed: UInt32(seed)), name: "x.png").field(
                    "attributes", attributes)
                ids.append(try await application.send(form)["images"][0]["id"])
            }
            for (query, found) in [
                ("attr.store_name=Nord", [ids[1], ids[0]]), ("attr.store_name=nord", [ids[2]]),
                ("attr.STORE_NAME=Nord&attr.barcode=40063", [ids[0]]), ("attr.barcode=40064", [ids[1]]),
                ("attr.barcode=4006", []), ("q=attr.store_name:Nord%20-attr.barcode:40063", [ids[1]]),
            ] {
                let answer = try await application.get("/v1/images?fields=ids&\(query)")
                #expect(answer["ids"].elements == found, "\(query)")
            }
            let counts = try await application.get("/v1/images/facets?attribute=store_name&attribute=x")
            #expect(
                counts["attributes"]
                    == ["store_name": [["value": "Nord", "count": 2], ["value": "nord", "count": 1]], "x": []])
            #expect(try await application.get("/v1/images/facets")["attributes"] == .null)
            for query in ["attr.=x", "attrx=1", "q=attr.:x", "q=attr.x:y*"] {
                #expect(try await application.get("/v1/images?\(query)").status == 400, "\(query)")
            }
            let many = (1...6).map { "attribute=a\($0)" }.joined(separator: "&")
            for query in [many, "attribute="] {
                #expect(try await application.get("/v1/images/facets?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test func `tags that begin with a text are listed, the most frequent first`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            for (seed, tags) in [(1, "summer,sea"), (2, "sea"), (3, "berg")] {
                let answer = try await application.upload(
                    TestPicture.png(seed: UInt32(seed)), "?tags=\(tags)", token: ada)
                #expect(answer.status == 201)
            }
            let answer = try await application.get("/v1/tags?prefix=S", token: ada)
            #expect(answer.status == 200)
            #expect(answer.json == [["tag": "sea", "count": 2], ["tag": "summer", "count": 1]])
            #expect(try await application.get("/v1/tags?prefix=s&limit=1", token: ada).json.count == 1)
            #expect(try await application.get("/v1/tags", token: ada).json.count == 3)
            #expect(try await application.get("/v1/tags", token: bob).json == [])
            #expect(try await application.get("/v1/tags").json == [])
            let long = String(repeating: "x", count: 101)
            for (query, problem) in [
                ("q=x", "400 bad-request: There is no parameter 'q' here; there are: limit, prefix."),
                ("limit=x", "400 bad-request: The parameter 'limit' must be a whole number from 1 to 100, not 'x'."),
                ("prefix=a&prefix=b", "400 bad-request: The parameter 'prefix' may be given only once."),
                ("prefix=\(long)", "400 bad-request: The parameter 'prefix' must be at most 100 characters, not 'xxx"),
            ] {
                #expect(try await application.get("/v1/tags?\(query)", token: ada).problem.hasPrefix(problem))
            }
        }
    }

    /// What docs/search.md says of words that are not found yet: whoever makes one of them found changes the page, too.
    @Test func `words are found or not as the documentation says`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let texts: [(title: String, found: [String], missed: [String])] = [
                ("東京タワーの夜景", ["東京*", "東京タワーの夜景"], ["タワー", "夜景"]), ("GoldenGate", ["goldengate"], ["gate"]),
                ("IMG0042", ["img0042"], ["0042"]), ("Łódź", ["łodz", "łódź"], ["lodz"]), ("Bodø", ["bodø"], ["bodo"]),
                ("Đakovo", ["đakovo"], ["dakovo"]), ("œuvre", ["œuvre"], ["oeuvre"]), ("Straße", ["strasse"], []),
                ("İstanbul", ["istanbul"], []), ("ＩＭＧ０１２３", ["ＩＭＧ０１２３"], ["IMG0123"]),
                ("ｶﾒﾗ かめら", ["ｶﾒﾗ", "かめら"], ["カメラ"]), ("½", ["½"], ["1/2"]),
                ("node.js", ["node.js", "node", "js"], ["nodejs"]), ("U.S.A.", ["u.s.a."], ["USA"]),
                ("don't", ["don't"], ["dont"]), ("well-known", ["well-known"], ["wellknown"]),
                ("party 🎉", ["party 🎉", "party"], ["🎉"]),
            ]
            for (index, text) in texts.enumerated() {
                let title = PercentEncoding.encode(text.title)
                let made = try await application.upload(TestPicture.png(seed: UInt32(index + 1)), "?title=\(title)")
                for (words, ids) in [(text.found, [made["id"]]), (text.missed, [])] {
                    for word in words {
                        let answer = try await application.get(
                            "/v1/images?fields=ids&q=\(PercentEncoding.encode(word))")
                        #expect(answer["ids"] == .array(ids), "\(word) in \(text.title)")
                    }
                }
            }
        }
    }
}
