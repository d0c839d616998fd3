// Total gradient norm: median before clipping, noise in windows of 20 iterations, clipped steps.
double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length == 0 ? Double.NaN
        : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double noise(double[] norms) {
    int window = 20;
    double[] relative = new double[norms.length / window];
    for (int i = 0; i < relative.length; i++) {
        double[] part = Arrays.copyOfRange(norms, i * window, (i + 1) * window);
        double mean = Arrays.stream(part).average().orElse(0);
        double squares = Arrays.stream(part).map(v -> (v - mean) * (v - mean)).sum();
        relative[i] = mean == 0 ? 0 : Math.sqrt(squares / (window - 1)) / mean;
    }
    return median(relative);
}

System.out.printf("%-52s %4s %8s %8s %8s%n", "trial", "seed", "median", "noise", "clipped");
for (Map<String, String> row : completed) {
    Path file = folder.resolve("trials").resolve(row.get("id")).resolve("gradients.csv");
    if (Files.exists(file)) {
        List<String[]> totals;
        try (Stream<String> lines = Files.lines(file)) {
            totals = lines.map(line -> line.split(",")).filter(cells -> cells[1].equals("total"))
                .toList();
        }
        double[] before = totals.stream().mapToDouble(c -> Double.parseDouble(c[2])).toArray();
        double[] after = totals.stream().mapToDouble(c -> Double.parseDouble(c[3])).toArray();
        long clipped = IntStream.range(0, before.length)
            .filter(i -> after[i] < before[i] * (1 - 1e-6)).count();
        System.out.printf(Locale.ROOT, "%-52s %4s %8.3f %7.1f%% %7.1f%%%n",
            label(row), row.get("seed"), median(before), 100 * noise(before), 100.0 * clipped / before.length);
    }
}
