// CatalogStorage: images, contents, files, accounts, jobs and archives in a relational database.
//
// It owns the schema, its migrations and every query. SQL that only one database understands is part of
// `CatalogDialect`, in files whose names say so (`…+SQLite.swift`). It knows neither files nor pixels nor HTTP.
