System.out.printf("%-52s %4s  %-11s %8s %8s %8s%n", "trial", "seed", "status", "test %", "val %", "clipped");
for (Map<String, String> row : trials) {
    if (row.get("status").equals("completed")) {
        System.out.printf(
            Locale.ROOT, "%-52s %4s  %-11s %8.1f %8.1f %7.1f%%%n",
            label(row), row.get("seed"), row.get("status"), 100 * number(row, "testAccuracy"),
            100 * number(row, "valAccuracy"), 100 * number(row, "clippedFraction"));
    } else {
        System.out.printf("%-52s %4s  %-11s%n", label(row), row.get("seed"), row.get("status"));
    }
}
