import assert from "node:assert/strict";
import { test } from "node:test";
import { baseHolds } from "#manifest/dockerfile/base-programs.js";
import { shellOfBase } from "#manifest/dockerfile/base-shell.js";

test("what sh is, by a base's name and tag", () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ["debian:12-slim", "dash"],
    ["docker.io/library/ubuntu:24.04", "dash"],
    ["golang:1.22", "dash"],
    ["reg:5000/golang:1.22-bookworm", "dash"],
    ["golang:1.22-alpine3.20", "ash"],
    ["alpine", "ash"],
    ["busybox:1.36-glibc", "ash"],
    ["eclipse-temurin:21-ubi9-minimal", "bash"],
    ["ubi9/ubi-minimal:9.4", "bash"],
    ["fedora:40", "bash"],
    ["golang:1.22-nanoserver", null],
    ["corp/golang:1", null],
    ["shop-base:4", null],
    ["scratch", null],
    ["gcr.io/distroless/static", null],
    ["gcr.io/distroless/static:debug-nonroot", "ash"],
  ];
  for (const [base, shell] of rows) assert.equal(shellOfBase(base), shell, base);
});

test("what a base brings, and what it certainly does not", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["scratch", "sh", "absent"],
    ["gcr.io/distroless/static-debian12:nonroot", "sh", "absent"],
    ["gcr.io/distroless/python3-debian12", "python3", "unknown"],
    ["gcr.io/distroless/base:debug", "sleep", "present"],
    ["debian:12-slim", "sleep", "present"],
    ["debian:12-slim", "/bin/sleep", "present"],
    ["debian:12-slim", "/opt/bin/sleep", "unknown"],
    ["debian:12-slim", "wget", "unknown"],
    ["alpine:3.20", "wget", "present"],
    ["postgres:16", "pg_isready", "present"],
    ["shop-base:4", "sleep", "unknown"],
  ];
  for (const [base, program, presence] of rows) {
    assert.equal(baseHolds(base, program), presence, `${program} in ${base}`);
  }
});
