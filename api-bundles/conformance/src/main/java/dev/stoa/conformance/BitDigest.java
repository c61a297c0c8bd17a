package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Graph;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;

/**
 * What a device computes, as one line: the SHA-256 of all results of some fixed graphs. Also a
 * program, so that virtual machines of other modes can be compared.
 */
public final class BitDigest {
  private BitDigest() {}

  /**
   * Digests of the graphs' results after so many calls, separated by blanks.
   *
   * @param calls at least 1; the bits must not depend on it
   */
  static String of(Device device, int calls) {
    StringJoiner digests = new StringJoiner(" ");
    for (Graph graph : BitRules.networks()) {
      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
        List<List<double[]>> results = BitRules.run(session, graph, calls);
        digests.add(digest(results.get(results.size() - 1)));
      }
    }
    return digests.toString();
  }

  private static String digest(List<double[]> results) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (double[] result : results) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * result.length);
        for (double element : result) {
          bytes.putLong(Double.doubleToLongBits(element));
        }
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Prints the digests.
   *
   * @param arguments name of a class with a constructor without arguments that supplies a device,
   *     and the number of calls
   * @throws ReflectiveOperationException when there is no such class
   */
  public static void main(String... arguments) throws ReflectiveOperationException {
    Object maker = Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
    Device device = (Device) ((Supplier<?>) maker).get();
    System.out.println(of(device, Integer.parseInt(arguments[1])));
    System.exit(0);
  }
}
