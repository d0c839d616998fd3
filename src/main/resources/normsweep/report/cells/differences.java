// Differences in test accuracy, seed by seed, as the report has them.
String head(String id) {
    return id.replace("-spatial", " (spatial)").replace('-', ' ');
}

for (Map<String, String> row : csv(folder.resolve("contrasts.csv"))) {
    String clip = row.get("clip");
    if (row.get("measure").equals("test-accuracy")) {
        String first = head(row.get("head"));
        String second = head(row.get("other"));
        String what = clip.isEmpty() ? first + " − " + second
            : second.isEmpty() ? first + ": clip " + clip + " − no clipping"
            : "effect of clip " + clip + ": " + first + " − " + second;
        System.out.printf(Locale.ROOT, "%s: %+.2f points", what, 100 * number(row, "difference"));
        System.out.println(row.get("p").isEmpty() ? " (one seed)" : String.format(Locale.ROOT,
            " (95 %% interval %+.2f to %+.2f; p %.2g, corrected %.2g)", 100 * number(row, "low"),
            100 * number(row, "high"), number(row, "p"), number(row, "correctedP")));
    }
}
