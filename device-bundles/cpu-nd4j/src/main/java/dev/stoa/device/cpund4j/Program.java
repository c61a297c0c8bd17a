package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Graph;
import java.util.List;

/**
 * A graph with a kernel for each of its nodes.
 *
 * @param graph what it computes
 * @param kernels those to run, in order
 * @param kernelNodes the node that each kernel computes
 * @param values the array of each node; inputs and nodes that share another's array are set when it
 *     runs
 * @param results the array that each output is taken from, by position
 * @param owned every array to be freed with the program
 */
record Program(
    Graph graph,
    List<Kernel> kernels,
    List<Integer> kernelNodes,
    NativeArray[] values,
    int[] results,
    List<NativeArray> owned) {}
