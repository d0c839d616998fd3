// Epochs to shares of each own best validation accuracy.
int reach(List<Map<String, String>> epochs, double share) {
    double best = epochs.stream().mapToDouble(row -> number(row, "valAccuracy")).max().orElse(0);
    return epochs.stream()
        .filter(row -> number(row, "valAccuracy") >= share * best)
        .mapToInt(row -> Integer.parseInt(row.get("epoch")))
        .findFirst().orElse(0);
}

System.out.printf("%-52s %4s %5s %5s %5s%n", "epochs to", "seed", "90 %", "95 %", "99 %");
for (Map<String, String> row : completed) {
    Path file = folder.resolve("trials").resolve(row.get("id")).resolve("metrics.csv");
    if (Files.exists(file)) {
        List<Map<String, String>> epochs = csv(file);
        System.out.printf(Locale.ROOT, "%-52s %4s %5d %5d %5d%n",
            label(row), row.get("seed"), reach(epochs, 0.90), reach(epochs, 0.95), reach(epochs, 0.99));
    }
}
