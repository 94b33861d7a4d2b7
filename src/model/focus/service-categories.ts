/**
 * FOCUS ServiceCategory and the ServiceSubcategory values that each has.
 * https://focus.finops.org/focus-specification/v1-2/ (ServiceCategory, ServiceSubcategory)
 */
const SUBCATEGORIES: Readonly<Record<string, readonly string[]>> = {
  'AI and Machine Learning': ['AI Platforms', 'Bots', 'Generative AI', 'Machine Learning', 'Natural Language Processing'],
  Analytics: ['Analytics Platforms', 'Business Intelligence', 'Data Processing', 'Search', 'Streaming Analytics'],
  'Business Applications': ['Productivity and Collaboration'],
  Compute: ['Containers', 'End User Computing', 'Quantum Compute', 'Serverless Compute', 'Virtual Machines'],
  Databases: ['Caching', 'Data Warehouses', 'Ledger Databases', 'NoSQL Databases', 'Relational Databases', 'Time Series Databases'],
  'Developer Tools': [
    'Developer Platforms',
    'Continuous Integration and Deployment',
    'Development Environments',
    'Source Code Management',
    'Quality Assurance',
  ],
  Identity: ['Identity and Access Management'],
  Integration: ['API Management', 'Messaging', 'Workflow Orchestration'],
  'Internet of Things': ['IoT Analytics', 'IoT Platforms'],
  'Management and Governance': [
    'Architecture',
    'Compliance',
    'Cost Management',
    'Data Governance',
    'Disaster Recovery',
    'Endpoint Management',
    'Observability',
    'Support',
  ],
  Media: ['Content Creation', 'Gaming', 'Media Streaming', 'Mixed Reality'],
  Migration: ['Data Migration', 'Resource Migration'],
  Mobile: [],
  Multicloud: ['Multicloud Integration'],
  Networking: ['Application Networking', 'Content Delivery', 'Network Connectivity', 'Network Infrastructure', 'Network Routing', 'Network Security'],
  Security: ['Secret Management', 'Security Posture Management', 'Threat Detection and Response'],
  Storage: ['Backup Storage', 'Block Storage', 'File Storage', 'Object Storage', 'Storage Platforms'],
  Web: ['Application Platforms'],
  Other: [],
};

export const SERVICE_CATEGORIES = Object.keys(SUBCATEGORIES);

/** What is of no other subcategory of its category. */
const otherOf = (category: string): string => `Other (${category})`;

/** All pairs. */
export const SERVICE_SUBCATEGORIES: readonly (readonly [category: string, subcategory: string])[] = Object.entries(SUBCATEGORIES).flatMap(([category, of]) =>
  [...of, otherOf(category)].map((subcategory) => [category, subcategory] as const),
);

/** Subcategories of AWS services, by x_ServiceCode. All other services are `Other (…)`. */
export const AWS_SUBCATEGORIES: Readonly<Record<string, string>> = {
  AmazonBedrock: 'Generative AI',
  AmazonSageMaker: 'AI Platforms',
  AmazonAthena: 'Data Processing',
  AWSGlue: 'Data Processing',
  ElasticMapReduce: 'Data Processing',
  AmazonES: 'Search',
  AmazonKinesis: 'Streaming Analytics',
  AmazonKinesisFirehose: 'Streaming Analytics',
  AmazonMSK: 'Streaming Analytics',
  AmazonQuickSight: 'Business Intelligence',
  AmazonEC2: 'Virtual Machines',
  AmazonLightsail: 'Virtual Machines',
  AWSLambda: 'Serverless Compute',
  AmazonECS: 'Containers',
  AmazonEKS: 'Containers',
  AmazonECR: 'Containers',
  AmazonECRPublic: 'Containers',
  AmazonRDS: 'Relational Databases',
  AmazonDynamoDB: 'NoSQL Databases',
  AmazonDocDB: 'NoSQL Databases',
  AmazonElastiCache: 'Caching',
  AmazonMemoryDB: 'Caching',
  AmazonTimestream: 'Time Series Databases',
  CodeBuild: 'Continuous Integration and Deployment',
  AWSCodePipeline: 'Continuous Integration and Deployment',
  AmazonApiGateway: 'API Management',
  AWSQueueService: 'Messaging',
  AmazonSNS: 'Messaging',
  AmazonCloudWatch: 'Observability',
  AWSSupportBusiness: 'Support',
  AWSSupportEnterprise: 'Support',
  AWSDeveloperSupport: 'Support',
  AmazonCloudFront: 'Content Delivery',
  AmazonRoute53: 'Network Routing',
  AWSELB: 'Network Routing',
  AmazonVPC: 'Network Infrastructure',
  AWSSecretsManager: 'Secret Management',
  AmazonGuardDuty: 'Threat Detection and Response',
  AmazonS3: 'Object Storage',
  AmazonEFS: 'File Storage',
  AWSBackup: 'Backup Storage',
};
