/** The device cpu-nd4j: the compiler of cpu-jvm, and ND4J's OpenBLAS for large products. */
package dev.stoa.device.cpund4j;
