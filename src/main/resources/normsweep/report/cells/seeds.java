// Mean and standard deviation of the test accuracy over seeds.
String deviation(DoubleSummaryStatistics all, List<Double> values) {
    if (values.size() < 2) {
        return "one seed";
    }
    double squares = values.stream().mapToDouble(v -> Math.pow(v - all.getAverage(), 2)).sum();
    return String.format(Locale.ROOT, "± %.2f", 100 * Math.sqrt(squares / (values.size() - 1)));
}

Map<String, List<Double>> accuracies = completed.stream().collect(Collectors.groupingBy(
    row -> label(row), LinkedHashMap::new,
    Collectors.mapping(row -> number(row, "testAccuracy"), Collectors.toList())));
accuracies.forEach((name, values) -> {
    DoubleSummaryStatistics all = values.stream().mapToDouble(v -> v).summaryStatistics();
    System.out.printf(Locale.ROOT, "%-52s n = %d   %.2f %% %s%n",
        name, values.size(), 100 * all.getAverage(), deviation(all, values));
});
System.out.print(accuracies.isEmpty() ? "no completed trial" : "");
