System.out.printf("%-44s %-10s %8s %8s %8s%n", "trial", "status", "test %", "val %", "clipped");
for (Map<String, String> row : trials) {
    if (row.get("status").equals("completed")) {
        System.out.printf(
            Locale.ROOT, "%-44s %-10s %8.1f %8.1f %7.1f%%%n",
            row.get("id"), row.get("status"), 100 * number(row, "testAccuracy"),
            100 * number(row, "valAccuracy"), 100 * number(row, "clippedFraction"));
    } else {
        System.out.printf("%-44s %-10s%n", row.get("id"), row.get("status"));
    }
}
