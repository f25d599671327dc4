// CatalogStorage: what is known of images, contents, files, accounts, jobs and archives, in a relational database.
//
// It owns the schema, its migrations and every query. What only one database understands is in files whose names say so
// (`…+SQLite.swift`). It knows neither files nor pixels nor HTTP.
