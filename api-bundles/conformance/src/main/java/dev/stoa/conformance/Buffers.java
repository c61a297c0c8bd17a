package dev.stoa.conformance;

import dev.stoa.device.DeviceBuffer;

/** Copies between buffers of any element type and float64 arrays. */
final class Buffers {
  private Buffers() {}

  static void write(DeviceBuffer buffer, double[] elements) {
    int n = elements.length;
    switch (buffer.type().dataType()) {
      case FLOAT32 -> {
        float[] array = new float[n];
        for (int i = 0; i < n; i++) {
          array[i] = (float) elements[i];
        }
        buffer.write(array);
      }
      case FLOAT64 -> buffer.write(elements);
      case INT32 -> {
        int[] array = new int[n];
        for (int i = 0; i < n; i++) {
          array[i] = (int) elements[i];
        }
        buffer.write(array);
      }
      case BOOL -> {
        boolean[] array = new boolean[n];
        for (int i = 0; i < n; i++) {
          array[i] = elements[i] != 0;
        }
        buffer.write(array);
      }
    }
  }

  static double[] read(DeviceBuffer buffer) {
    int n = buffer.type().shape().size();
    double[] elements = new double[n];
    switch (buffer.type().dataType()) {
      case FLOAT32 -> {
        float[] array = new float[n];
        buffer.read(array);
        for (int i = 0; i < n; i++) {
          elements[i] = array[i];
        }
      }
      case FLOAT64 -> buffer.read(elements);
      case INT32 -> {
        int[] array = new int[n];
        buffer.read(array);
        for (int i = 0; i < n; i++) {
          elements[i] = array[i];
        }
      }
      case BOOL -> {
        boolean[] array = new boolean[n];
        buffer.read(array);
        for (int i = 0; i < n; i++) {
          elements[i] = array[i] ? 1 : 0;
        }
      }
    }
    return elements;
  }

  static void close(DeviceBuffer... buffers) {
    for (DeviceBuffer buffer : buffers) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
