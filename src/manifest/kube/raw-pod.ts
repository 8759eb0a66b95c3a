/** Objects as their JSON is, once `decodeObject` found nothing: every field may be absent or null, items of lists may be null. */
export type Maybe<T> = T | null | undefined;
export type Items<T> = Maybe<readonly (T | null)[]>;
export type Dictionary<T> = Maybe<Readonly<Record<string, T | null>>>;

export interface RawMeta {
  readonly name?: Maybe<string>;
  readonly generateName?: Maybe<string>;
  readonly namespace?: Maybe<string>;
  readonly labels?: Dictionary<string>;
  readonly annotations?: Dictionary<string>;
}

export interface RawPodSpec {
  readonly restartPolicy?: Maybe<string>;
  readonly terminationGracePeriodSeconds?: Maybe<number>;
  readonly activeDeadlineSeconds?: Maybe<number>;
  readonly initContainers?: Items<RawContainer>;
  readonly containers?: Items<RawContainer>;
  readonly volumes?: Items<RawVolume>;
  readonly readinessGates?: Items<{ readonly conditionType?: Maybe<string> }>;
  readonly shareProcessNamespace?: Maybe<boolean>;
  readonly hostNetwork?: Maybe<boolean>;
  readonly os?: Maybe<{ readonly name?: Maybe<string> }>;
}

export interface RawPodTemplate {
  readonly metadata?: Maybe<RawMeta>;
  readonly spec?: Maybe<RawPodSpec>;
}

export interface RawContainer {
  readonly name?: Maybe<string>;
  readonly image?: Maybe<string>;
  readonly command?: Items<string>;
  readonly args?: Items<string>;
  readonly workingDir?: Maybe<string>;
  readonly ports?: Items<RawPort>;
  readonly env?: Items<RawEnv>;
  readonly envFrom?: Items<RawEnvFrom>;
  readonly resources?: Maybe<RawResources>;
  readonly volumeMounts?: Items<RawMount>;
  readonly livenessProbe?: Maybe<RawProbe>;
  readonly readinessProbe?: Maybe<RawProbe>;
  readonly startupProbe?: Maybe<RawProbe>;
  readonly lifecycle?: Maybe<RawLifecycle>;
  readonly restartPolicy?: Maybe<string>;
  readonly restartPolicyRules?: Items<RawRestartRule>;
}

export interface RawRestartRule {
  readonly action?: Maybe<string>;
  readonly exitCodes?: Maybe<{
    readonly operator?: Maybe<string>;
    readonly values?: Items<number>;
  }>;
}

export interface RawPort {
  readonly name?: Maybe<string>;
  readonly containerPort?: Maybe<number>;
  readonly hostPort?: Maybe<number>;
  readonly hostIP?: Maybe<string>;
  readonly protocol?: Maybe<string>;
}

export interface RawEnv {
  readonly name?: Maybe<string>;
  readonly value?: Maybe<string>;
  readonly valueFrom?: Maybe<{
    readonly fieldRef?: Maybe<{ readonly fieldPath?: Maybe<string> }>;
    readonly resourceFieldRef?: Maybe<{
      readonly containerName?: Maybe<string>;
      readonly resource?: Maybe<string>;
    }>;
    readonly configMapKeyRef?: Maybe<RawKeyRef>;
    readonly secretKeyRef?: Maybe<RawKeyRef>;
    readonly fileKeyRef?: Maybe<object>;
  }>;
}

export interface RawKeyRef {
  readonly name?: Maybe<string>;
  readonly key?: Maybe<string>;
}

export interface RawEnvFrom {
  readonly configMapRef?: Maybe<{ readonly name?: Maybe<string> }>;
  readonly secretRef?: Maybe<{ readonly name?: Maybe<string> }>;
}

export interface RawResources {
  readonly limits?: Dictionary<string | number>;
  readonly requests?: Dictionary<string | number>;
}

export interface RawMount {
  readonly name?: Maybe<string>;
  readonly mountPath?: Maybe<string>;
  readonly subPath?: Maybe<string>;
  readonly subPathExpr?: Maybe<string>;
  readonly readOnly?: Maybe<boolean>;
}

/** A name, and one field for what it is. */
export interface RawVolume {
  readonly name?: Maybe<string>;
  readonly [source: string]: unknown;
}

export interface RawProbe {
  readonly exec?: Maybe<RawExec>;
  readonly httpGet?: Maybe<RawHttpGet>;
  readonly tcpSocket?: Maybe<RawTcpSocket>;
  readonly grpc?: Maybe<RawGrpc>;
  readonly initialDelaySeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly periodSeconds?: Maybe<number>;
  readonly successThreshold?: Maybe<number>;
  readonly failureThreshold?: Maybe<number>;
  readonly terminationGracePeriodSeconds?: Maybe<number>;
}

export interface RawExec {
  readonly command?: Items<string>;
}

export interface RawHttpGet {
  readonly host?: Maybe<string>;
  readonly httpHeaders?: Items<{ readonly name?: Maybe<string>; readonly value?: Maybe<string> }>;
  readonly path?: Maybe<string>;
  readonly port?: Maybe<number | string>;
  readonly scheme?: Maybe<string>;
}

export interface RawTcpSocket {
  readonly host?: Maybe<string>;
  readonly port?: Maybe<number | string>;
}

export interface RawGrpc {
  readonly port?: Maybe<number>;
  readonly service?: Maybe<string>;
}

export interface RawHook {
  readonly exec?: Maybe<RawExec>;
  readonly httpGet?: Maybe<RawHttpGet>;
  readonly tcpSocket?: Maybe<RawTcpSocket>;
  readonly sleep?: Maybe<{ readonly seconds?: Maybe<number> }>;
}

export interface RawLifecycle {
  readonly postStart?: Maybe<RawHook>;
  readonly preStop?: Maybe<RawHook>;
  readonly stopSignal?: Maybe<string>;
}
