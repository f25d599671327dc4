import CommandLine
import Testing

@Suite struct ManualPageTests {
    private static let manual = ManualPage(
        program: "paint", environmentPrefix: "PAINT", date: "2021-05-31", version: "paint 1.2",
        exitStatuses: [(0, "All is done."), (64, "The command line has a mistake.")])

    @Test func `the page of a command has its options with defaults and variables`() {
        let page = Self.manual.page(of: PaintProgram.draw)
        #expect(page.hasPrefix(#".TH PAINT\-DRAW 1 2021-05-31 "paint 1.2" "User Commands""#))
        #expect(page.contains("paint\\-draw \\- Draw a picture\n"))
        #expect(page.contains(".B paint draw\n.RI [ options ]\nFILE or FOLDER \\[u2026]\n"))
        #expect(
            page.contains(
                """
                .TP
                \\fB\\-\\-port\\fR \\fIPORT\\fR
                The port [TCP]: it\\(aqs open. See \\e. The default is 5000.
                .br
                Environment variable: \\fBPAINT_PORT\\fR

                """))
        #expect(page.contains(".TP\n\\fB\\-\\-yes\\fR\nDo not ask.\n"))
        #expect(page.contains("A tag. May be given several times.\n"))
        #expect(page.contains(".TP\n.B 64\nThe command line has a mistake.\n"))
    }

    @Test func `the page of the program has every command`() {
        let page = Self.manual.overview(purpose: "painter", "Paints. And draws.", of: PaintProgram.commands)
        #expect(page.contains(".SH \"NAME\"\npaint \\- painter\n"))
        #expect(page.contains(".SH \"DESCRIPTION\"\nPaints. And draws.\n"))
        for command in ["draw", "tools", "explain"] { #expect(page.contains(".BR paint\\-\(command) (1)\n")) }
    }

    @Test func `no text becomes a request of roff`() {
        let command = CommandSyntax(
            "draw", ".TH or 'br", options: [Option<String?>("a", "A", .text, "'.so \"x\" ~^`é")])
        let page = Self.manual.page(of: command)
        #expect(
            page.contains("\n\\&.TH or \\(aqbr\n") && page.contains("\n\\(aq.so \\(dqx\\(dq \\(ti\\(ha\\(ga\\[u00E9]\n")
        )
    }

    @Test func `a command without options has neither options nor variables`() {
        let page = Self.manual.page(of: PaintProgram.tools)
        #expect(!page.contains("[ options ]") && !page.contains("ENVIRONMENT"))
    }
}
