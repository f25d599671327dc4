internal import SQL

extension Migration {
    /// The words of images. The index keeps no text of its own (`content = ''`): a row's number is the image's `seq`.
    ///
    /// `unicode61` takes letters and digits as words and everything else as space, `_` and `.` included, so that
    /// `cat_1.jpg` has the word `cat`.
    static let createSearchIndex = Migration(
        number: 2, name: "create search index",
        statements: [
            """
            CREATE VIRTUAL TABLE images_fts USING fts5(
                title, description, tags, content = '', tokenize = 'unicode61 remove_diacritics 2')
            """
        ])
}
