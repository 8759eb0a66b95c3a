/** What differs from the service as many have it. */
export interface OrdersChange {
  readonly name?: string;
  readonly command?: string;
  readonly liveness?: string;
}

/** A Deployment under air with its Service. */
export const orders = ({
  name = "orders",
  command = "[air]",
  liveness = "exec: { command: [./tmp/main, -health] }",
}: OrdersChange = {}): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: api
          image: ${name}:1
          command: ${command}
          workingDir: /src
          resources:
            limits: { memory: 512Mi }
            requests: { memory: 256Mi, cpu: 100m }
          livenessProbe:
            ${liveness}
            initialDelaySeconds: 10
            periodSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: 8080 }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: 8080 }]
`;
