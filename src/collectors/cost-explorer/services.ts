/** FOCUS ServiceCategory of a service as Cost Explorer names it; what is not here is `Other`. https://focus.finops.org/focus-specification/v1-2/ */
const CATEGORIES: readonly (readonly [RegExp, string])[] = [
  [/Bedrock|SageMaker|Rekognition|Textract|Comprehend|Polly|Translate|Transcribe|Amazon Lex|Personalize|Amazon Q\b/, 'AI and Machine Learning'],
  [/Athena|Glue|OpenSearch|Elasticsearch|Redshift|Kinesis|QuickSight|MapReduce|Managed Streaming|Lake Formation/, 'Analytics'],
  [/Relational Database|DynamoDB|ElastiCache|DocumentDB|Neptune|MemoryDB|Timestream|Keyspaces|SimpleDB|Database Migration/, 'Databases'],
  [/Virtual Private Cloud|Load Balancing|CloudFront|Route 53|Data Transfer|Direct Connect|Global Accelerator|Transit Gateway|Cloud Map/, 'Networking'],
  [/Elastic Compute Cloud|^EC2|Lambda|Container Service|Container Registry|Kubernetes|Lightsail|Batch|App Runner|for AWS Compute/, 'Compute'],
  [/Simple Storage|Elastic File System|FSx|Glacier|AWS Backup|Storage Gateway/, 'Storage'],
  [/Key Management|Secrets Manager|GuardDuty|WAF|Shield|Inspector|Security Hub|Macie|Certificate Manager|CloudHSM|Network Firewall/, 'Security'],
  [/CloudWatch|CloudTrail|AWS Config|Budgets|Cost Explorer|Systems Manager|CloudFormation|Support|Prometheus|Grafana/, 'Management and Governance'],
  [/Queue Service|Notification Service|Amazon MQ|EventBridge|Step Functions|API Gateway|AppSync/, 'Integration'],
  [/CodeBuild|CodePipeline|CodeCommit|CodeArtifact|CodeDeploy|X-Ray|Amplify/, 'Developer Tools'],
  [/Cognito|Directory Service|Verified Permissions/, 'Identity'],
];

export function serviceCategory(service: string): string {
  return CATEGORIES.find(([pattern]) => pattern.test(service))?.[1] ?? 'Other';
}
