// Differences in test accuracy, seed by seed, as the report has them.
for (Map<String, String> row : csv(folder.resolve("contrasts.csv"))) {
    String clip = row.get("clip").isEmpty() ? "" : ", clip " + row.get("clip");
    String other = row.get("other").isEmpty() ? "none" : row.get("other");
    if (row.get("measure").equals("test-accuracy")) {
        System.out.printf(Locale.ROOT, "%s − %s%s: %+.2f points", row.get("head"), other, clip,
            100 * number(row, "difference"));
        System.out.println(row.get("p").isEmpty() ? " (one seed)" : String.format(Locale.ROOT,
            " (95 %% interval %+.2f to %+.2f; p %.2g, corrected %.2g)", 100 * number(row, "low"),
            100 * number(row, "high"), number(row, "p"), number(row, "correctedP")));
    }
}
