/** Computes with ND4J inside an OSGi framework. */
package dev.stoa.example.nd4j;
