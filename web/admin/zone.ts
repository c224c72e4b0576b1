/** The zone in which the platform's team works; that of each salon is its own. */
export const TEAM_ZONE = 'Asia/Taipei';
