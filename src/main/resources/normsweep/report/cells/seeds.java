// Mean and standard deviation of the test accuracy over seeds.
String head(Map<String, String> row) {
    return row.get("norm") + (row.get("placement").equals("spatial") ? " (spatial)" : "");
}

String deviation(DoubleSummaryStatistics all, List<Double> values) {
    if (values.size() < 2) {
        return "one seed";
    }
    double squares = values.stream().mapToDouble(v -> Math.pow(v - all.getAverage(), 2)).sum();
    return String.format(Locale.ROOT, "± %.2f", 100 * Math.sqrt(squares / (values.size() - 1)));
}

Map<String, List<Double>> accuracies = completed.stream().collect(Collectors.groupingBy(
    row -> head(row) + ", clip " + row.get("clip") + settings(row), TreeMap::new,
    Collectors.mapping(row -> number(row, "testAccuracy"), Collectors.toList())));
accuracies.forEach((name, values) -> {
    DoubleSummaryStatistics all = values.stream().mapToDouble(v -> v).summaryStatistics();
    System.out.printf(Locale.ROOT, "%-34s n = %d   %.2f %% %s%n",
        name, values.size(), 100 * all.getAverage(), deviation(all, values));
});
System.out.println(accuracies.isEmpty() ? "no completed trial" : "");
