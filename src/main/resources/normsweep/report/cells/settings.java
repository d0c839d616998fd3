// The settings of the sweep that trials share; sweep.yaml has all of them.
try (Stream<String> lines = Files.lines(folder.resolve("sweep.yaml"))) {
    lines.takeWhile(line -> !line.startsWith("search:"))
        .forEach(line -> System.out.println(line.replaceAll("['\"]", "")));
}
