import { Controller } from './controller.js';
import { TabMemory } from './tab-memory.js';

new Controller(new TabMemory(sessionStorage)).start();
