package normsweep.model;

/** Rows and columns of zeros around a map, in ONNX's order. */
record ZeroPads(int top, int left, int bottom, int right) {
  static final ZeroPads NONE = new ZeroPads(0, 0, 0, 0);

  ZeroPads plus(ZeroPads more) {
    return new ZeroPads(top + more.top, left + more.left, bottom + more.bottom, right + more.right);
  }

  int rows() {
    return top + bottom;
  }

  int columns() {
    return left + right;
  }
}
