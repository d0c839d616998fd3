// The mean over trials of a column of metrics.csv, by epoch, up to the shortest trial's last.
double[] mean(List<String> ids, String column) throws IOException {
    List<double[]> all = new ArrayList<>();
    for (String id : ids) {
        all.add(csv(folder.resolve("trials").resolve(id).resolve("metrics.csv")).stream()
            .mapToDouble(row -> number(row, column)).toArray());
    }
    int epochs = all.stream().mapToInt(values -> values.length).min().orElse(0);
    return IntStream.range(0, epochs)
        .mapToDouble(i -> all.stream().mapToDouble(values -> values[i]).average().orElse(0)).toArray();
}

Color[] colors = {new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7)};

// A chart of lines over epochs: the JDK has none.
void chart(Graphics2D g, int left, String title, Map<String, double[]> lines) {
    int top = 60, width = 640, height = 380;
    double low = lines.values().stream().flatMapToDouble(Arrays::stream).min().orElse(0);
    double high = lines.values().stream().flatMapToDouble(Arrays::stream).max().orElse(1);
    double span = high > low ? high - low : 1;
    int epochs = lines.values().stream().mapToInt(values -> values.length).max().orElse(1);
    g.setColor(Color.BLACK);
    g.setFont(g.getFont().deriveFont(Font.BOLD, 22f));
    g.drawString(title, left, top - 22);
    g.setFont(g.getFont().deriveFont(Font.PLAIN, 18f));
    for (int tick = 0; tick <= 4; tick++) {
        int y = top + height - height * tick / 4;
        g.setColor(Color.LIGHT_GRAY);
        g.drawLine(left, y, left + width, y);
        g.setColor(Color.DARK_GRAY);
        g.drawString(String.format(Locale.ROOT, span < 5 ? "%.2f" : "%.0f", low + span * tick / 4), left - 58, y + 6);
    }
    for (int epoch = 1; epoch <= epochs; epoch += Math.max(1, epochs / 6)) {
        g.drawString("" + epoch, left + width * (epoch - 1) / Math.max(1, epochs - 1) - 5, top + height + 26);
    }
    g.drawString("epoch", left + width / 2 - 24, top + height + 50);
    int number = 0;
    for (Map.Entry<String, double[]> line : lines.entrySet()) {
        g.setColor(colors[number % colors.length]);
        float[] dashes = number == 0 ? null : new float[] {12, 5 * number};
        g.setStroke(new BasicStroke(3, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
        Path2D path = new Path2D.Double();
        double[] values = line.getValue();
        for (int i = 0; i < values.length; i++) {
            double x = left + (double) width * i / Math.max(1, epochs - 1);
            double y = top + height - height * (values[i] - low) / span;
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        g.draw(path);
        int x = left + 210 * (number % 3), y = top + height + 80 + 26 * (number / 3);
        g.drawLine(x, y, x + 46, y);
        g.setColor(Color.BLACK);
        g.drawString(line.getKey(), x + 54, y + 6);
        g.setStroke(new BasicStroke(1));
        number++;
    }
}

// Loss and accuracy on the validation images, a line for each name and the ids of its trials.
BufferedImage curves(Map<String, List<String>> trials) throws IOException {
    BufferedImage image = new BufferedImage(1600, 580, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 1600, 580);
    Map<String, double[]> losses = new LinkedHashMap<>();
    Map<String, double[]> accuracies = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> line : trials.entrySet()) {
        losses.put(line.getKey(), mean(line.getValue(), "valLoss"));
        accuracies.put(line.getKey(),
            Arrays.stream(mean(line.getValue(), "valAccuracy")).map(share -> 100 * share).toArray());
    }
    chart(g, 90, "Validation loss (nats)", losses);
    chart(g, 900, "Validation accuracy (%)", accuracies);
    g.dispose();
    return image;
}

System.out.println(completed.size() + " learning curves to draw");
