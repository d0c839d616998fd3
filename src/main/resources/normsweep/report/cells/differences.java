// Differences between heads, seed by seed: what trials of one seed share cancels. A pair has
// the same clipping and settings.
SortedMap<String, SortedMap<String, Double>> bySeed = new TreeMap<>();
for (Map<String, String> row : completed) {
    bySeed.computeIfAbsent(head(row), key -> new TreeMap<>())
        .put(row.get("seed") + "/" + row.get("clip") + settings(row), number(row, "testAccuracy"));
}
List<String> heads = new ArrayList<>(bySeed.keySet());
for (int i = 0; i < heads.size(); i++) {
    for (int j = i + 1; j < heads.size(); j++) {
        SortedMap<String, Double> first = bySeed.get(heads.get(i));
        SortedMap<String, Double> second = bySeed.get(heads.get(j));
        DoubleSummaryStatistics points = first.keySet().stream()
            .filter(second::containsKey)
            .mapToDouble(key -> 100 * (first.get(key) - second.get(key)))
            .summaryStatistics();
        if (points.getCount() > 0) {
            System.out.printf(Locale.ROOT, "%s − %s: %+.2f points (from %+.2f to %+.2f, %d pairs)%n",
                heads.get(i), heads.get(j), points.getAverage(), points.getMin(), points.getMax(),
                points.getCount());
        }
    }
}
System.out.println("The report has the intervals; a difference inside them is noise.");
