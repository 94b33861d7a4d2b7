/** FOCUS ServiceCategory by product code. https://focus.finops.org/focus-specification/v1-2/ ServiceCategory; what is not here is `Other`. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  'AI and Machine Learning': ['AmazonBedrock', 'AmazonSageMaker', 'AmazonRekognition', 'AmazonTextract', 'comprehend', 'AmazonPolly', 'translate', 'transcribe', 'AmazonLex', 'AmazonPersonalize', 'AmazonForecast', 'AmazonQ'],
  Analytics: ['AmazonAthena', 'AWSGlue', 'AmazonES', 'AmazonRedshift', 'AmazonKinesis', 'AmazonKinesisFirehose', 'AmazonKinesisAnalytics', 'AmazonQuickSight', 'ElasticMapReduce', 'AmazonMSK', 'AWSLakeFormation', 'AWSDataExchange'],
  Compute: ['AmazonEC2', 'AWSLambda', 'AmazonECS', 'AmazonEKS', 'AmazonECR', 'AmazonECRPublic', 'AmazonLightsail', 'AWSElasticBeanstalk', 'AWSBatch', 'AWSAppRunner', 'ComputeSavingsPlans', 'AWSOutposts'],
  Databases: ['AmazonRDS', 'AmazonDynamoDB', 'AmazonElastiCache', 'AmazonDocDB', 'AmazonNeptune', 'AmazonMemoryDB', 'AmazonTimestream', 'AmazonSimpleDB', 'AmazonDAX', 'AWSDatabaseMigrationSvc', 'AmazonMCS'],
  'Developer Tools': ['CodeBuild', 'AWSCodePipeline', 'AWSCodeCommit', 'AWSCodeArtifact', 'AWSCodeDeploy', 'AWSXRay', 'AWSCloud9', 'AWSAmplify', 'AWSDeviceFarm'],
  Identity: ['AmazonCognito', 'AWSDirectoryService', 'AWSIAM', 'AmazonVerifiedPermissions'],
  Integration: ['AWSQueueService', 'AmazonSNS', 'AmazonMQ', 'AWSEvents', 'AmazonStates', 'AmazonApiGateway', 'AmazonSWF', 'AmazonAppFlow', 'AWSAppSync'],
  'Internet of Things': ['AWSIoT', 'AWSGreengrass', 'AWSIoTAnalytics', 'AWSIoTEvents', 'AWSIoTSiteWise'],
  'Management and Governance': ['AmazonCloudWatch', 'AWSCloudTrail', 'AWSConfig', 'AWSBudgets', 'AWSCostExplorer', 'AWSSystemsManager', 'AWSCloudFormation', 'AWSServiceCatalog', 'AWSControlTower', 'AmazonPrometheus', 'AmazonGrafana', 'AWSSupportBusiness', 'AWSSupportEnterprise', 'AWSSupportDeveloper', 'AWSBCMDashboards'],
  Media: ['AWSElementalMediaConvert', 'AWSElementalMediaLive', 'AWSElementalMediaPackage', 'AWSElementalMediaStore', 'AmazonIVS', 'AmazonETS'],
  Migration: ['AWSDataSync', 'AWSMigrationHub', 'AWSTransfer', 'AWSSnowball'],
  Networking: ['AmazonVPC', 'AmazonCloudFront', 'AmazonRoute53', 'AWSELB', 'AWSDataTransfer', 'AWSDirectConnect', 'AWSGlobalAccelerator', 'AmazonVPCLattice', 'AWSTransitGateway', 'AWSCloudMap'],
  Security: ['awskms', 'AWSSecretsManager', 'AmazonGuardDuty', 'awswaf', 'AWSShield', 'AmazonInspector', 'AmazonInspectorV2', 'AWSSecurityHub', 'AmazonMacie', 'AWSCertificateManager', 'CloudHSM', 'AmazonDetective', 'AWSNetworkFirewall', 'AWSFMS'],
  Storage: ['AmazonS3', 'AmazonEFS', 'AmazonFSx', 'AmazonGlacier', 'AmazonS3GlacierDeepArchive', 'AWSBackup', 'AWSStorageGateway'],
  Web: ['AmazonSES', 'AmazonWorkMail'],
  'Business Applications': ['AmazonConnect', 'AmazonWorkSpaces', 'AmazonWorkDocs', 'AmazonChime', 'AmazonPinpoint', 'AmazonAppStream'],
};

const BY_CODE: ReadonlyMap<string, string> = new Map(Object.entries(CATEGORIES).flatMap(([category, codes]) => codes.map((code) => [code, category])));

/** The FOCUS category of a product code. */
export function serviceCategory(code: string): string {
  return BY_CODE.get(code) ?? 'Other';
}
