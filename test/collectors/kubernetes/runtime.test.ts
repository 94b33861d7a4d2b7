import { expect, test } from 'vitest';
import { runtimeOf } from '../../../src/collectors/kubernetes/runtime.ts';
import type { Container } from '../../../src/collectors/kubernetes/schema.ts';

const of = (container: Partial<Container>): unknown[] =>
  Object.values(runtimeOf({ name: 'c', image: null, command: null, args: null, env: null, resources: null, restartPolicy: null, ports: null, ...container }));

test.each([
  [{ command: ['java', '-jar', 'app.jar'] }, 'jvm', 'command java'],
  [{ command: ['sh', '-c'], args: ['exec /usr/bin/java -Xmx2g -Dpassword=x -jar app.jar'] }, 'jvm', 'args -Xmx2g'],
  [{ args: ['-XX:MaxRAMPercentage=75.0', 'app'] }, 'jvm', 'args -XX:MaxRAMPercentage=75.0'],
  [{ env: [{ name: 'JAVA_TOOL_OPTIONS' }] }, 'jvm', 'variable JAVA_TOOL_OPTIONS'],
  [{ image: 'docker.io/library/eclipse-temurin:21-jre' }, 'jvm', 'image temurin'],
  [{ image: 'registry:5000/team/api@sha256:abc', env: [{ name: 'NODE_ENV' }] }, 'node', 'variable NODE_ENV'],
  [{ command: ['gunicorn', 'app'] }, 'python', 'command gunicorn'],
  [{ command: ['bundle', 'exec', 'puma'] }, 'ruby', 'command bundle'],
  [{ env: [{ name: 'GOMEMLIMIT' }] }, 'go', 'variable GOMEMLIMIT'],
  [{ image: 'mcr.microsoft.com/dotnet/aspnet:8.0' }, 'dotnet', 'image dotnet'],
  [{ image: 'registry.example/api:node-20' }, null, null],
  [{ image: 'nodelocaldns' }, null, null],
  [{}, null, null],
])('%j runs on %s', (container, runtime, hint) => {
  expect(of(container)).toEqual([runtime, hint]);
});
